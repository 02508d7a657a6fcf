/** Index of a region in the model. */
export type RegionIndex = 0 | 1;
export const PRIMARY = 0;
export const STANDBY = 1;
