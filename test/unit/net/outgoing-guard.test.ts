import { describe, expect, it, test } from 'vitest';
import { readAllowedHost } from '../../../src/net/allowed-hosts.js';
import { createOutgoingGuard } from '../../../src/net/outgoing-guard.js';
import { isPublicAddress } from '../../../src/net/public-address.js';

describe('an address of the open internet', () => {
  test.each(['8.8.8.8', '93.184.216.34', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2a00:1450::1'])(
    '%s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.each([
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback, further on', '127.255.255.254'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['link-local: metadata of clouds', '169.254.169.254'],
    ['CGNAT', '100.64.0.1'],
    ['CGNAT: metadata of a cloud', '100.100.100.200'],
    ['benchmarks', '198.18.0.1'],
    ['documentation', '192.0.2.1'],
    ['protocol assignments: metadata of a cloud', '192.0.0.192'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['link-local', 'fe80::1'],
    ['link-local, with a zone', 'fe80::1%lo'],
    ['site-local', 'fec0::1'],
    ['unique-local', 'fc00::1'],
    ['unique-local: metadata of a cloud', 'fd00:ec2::254'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['mapped', '::ffff:127.0.0.1'],
    ['mapped, of a public address', '::ffff:8.8.8.8'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64 of a network', '64:ff9b:1::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['discarded', '100::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('is none that is %s: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('an entry of what is allowed', () => {
  test.each([
    'mail',
    'mail:1025',
    '10.0.0.5',
    '10.0.0.0/8:25',
    '127.0.0.1:*',
    '::1',
    '[::1]:25',
    'fd00::/8',
  ])('may be %s', (text) => {
    expect(readAllowedHost(text)).toBeDefined();
  });

  test.each([
    '',
    ':25',
    'mail:',
    'mail:0',
    'mail:70000',
    '10.0.0.0/33',
    '10.0.0.256',
    '10.0.0.0/8/8',
    'a b',
    'mail/8',
    '10.0.0.0/',
  ])('may not be %j', (text) => {
    expect(readAllowedHost(text)).toBeUndefined();
    expect(() => createOutgoingGuard({ allowedHosts: [text] })).toThrow(RangeError);
  });
});

describe('what is refused of a destination before it is looked up', () => {
  const strict = createOutgoingGuard();
  const open = createOutgoingGuard({
    allowedHosts: ['mail:1025', '10.0.0.0/8', '127.0.0.1:*', '[FD00::/8]:26'],
    ports: [25, 587],
  });

  test.each([
    ['smtp.example.com', 587, undefined],
    ['smtp.example.com', 25, undefined],
    ['smtp.example.com', 465, undefined],
    ['smtp.example.com', 2525, undefined],
    ['smtp.example.com', 6379, 'port'],
    ['8.8.8.8', 587, undefined],
    ['8.8.8.8', 5432, 'port'],
    ['127.0.0.1', 587, 'host'],
    ['127.0.0.1', 5432, 'host'],
    ['::ffff:10.0.0.1', 25, 'host'],
  ] as const)('with no more than the open internet: %s:%d', (host, port, refused) => {
    expect(strict.refusalOf({ host, port })).toBe(refused);
  });

  test.each([
    ['Mail', 1025, undefined],
    ['8.8.8.8', 1025, 'port'],
    ['8.8.8.8', 465, 'port'],
    ['10.1.1.1', 587, undefined],
    ['10.1.1.1', 465, 'port'],
    ['127.0.0.1', 6379, undefined],
    ['127.0.0.2', 25, 'host'],
    ['fd00::1', 26, undefined],
    ['fd00::1', 25, 'port'],
    ['::ffff:10.1.1.1', 587, 'host'],
  ] as const)('with more that is allowed: %s:%d', (host, port, refused) => {
    expect(open.refusalOf({ host, port })).toBe(refused);
  });

  it('leaves it to the look-up whether a name leads into what is allowed', () => {
    expect(open.refusalOf({ host: 'mail.example.com', port: 26 })).toBeUndefined();
    const named = createOutgoingGuard({ allowedHosts: ['mail:1025'] });
    expect(named.refusalOf({ host: 'other', port: 1025 })).toBe('port');
  });
});
