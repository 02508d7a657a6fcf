import { killAt } from './kill-seeds';

describe('Terraform killed at a moment', () => killAt(100, 100));
