import ipaddr from 'ipaddr.js';

/** Of the unicast addresses of IPv4, those that lead to no host of the internet and that the library counts as such. */
/** Benchmarks, AS112, and where Azure keeps its platform. */
const withheldV4 = ['198.18.0.0/15', '192.31.196.0/24', '192.175.48.0/24', '168.63.129.16/32'].map(
  (text) => ipaddr.IPv4.parseCIDR(text),
);
/** All that is given out of IPv6 today; what maps, translates or tunnels IPv4 is outside it, or has a range of its own. */
const givenOutV6 = ipaddr.IPv6.parseCIDR('2000::/3');
const withheldV6 = ['2001::/23', '2001:4:112::/48', '2620:4f:8000::/48', '3fff::/20'].map((text) =>
  ipaddr.IPv6.parseCIDR(text),
);

/**
 * Whether an address is one of the open internet. Refused are loopback, private, link-local (cloud metadata too),
 * unique-local, CGNAT, multicast and reserved addresses, and every form of IPv6 that stands for an IPv4 address.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  if ('octets' in address) return !withheldV4.some((range) => address.match(range));
  return address.match(givenOutV6) && !withheldV6.some((range) => address.match(range));
}
