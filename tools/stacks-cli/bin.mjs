#!/usr/bin/env node
import { launch } from '../launch.mjs';

launch('stacks-cli');
