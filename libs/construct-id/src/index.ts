export { pascalCase } from './pascal-case';
