export { addressIn, cidrsOverlap, parseCidr } from './cidr';
