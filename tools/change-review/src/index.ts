export { review } from './review/review-command';
export { checkOutRevision } from './revision/check-out-revision';
