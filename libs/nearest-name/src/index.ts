export { didYouMean, nearestName } from './nearest-name';
