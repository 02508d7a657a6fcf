export { cidrsOverlap, parseCidr } from './cidr';
