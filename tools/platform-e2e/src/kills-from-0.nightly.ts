import { killAt } from './kill-seeds';

describe('Terraform killed at a moment', () => killAt(0, 100));
