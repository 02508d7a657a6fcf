export { rehearse } from './rehearse/rehearse-command';
export { review } from './review/review-command';
