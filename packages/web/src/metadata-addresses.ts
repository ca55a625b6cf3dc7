/**
 * Where clouds tell a machine its secrets. Whoever may make the service fetch from here may take over
 * its machine, so a network that happens to contain one of them does not allow it: an operator who
 * means it writes down the address itself.
 */
export const metadataAddresses = [
  '169.254.169.254', // OpenStack, AWS, Azure, Google and most others
  'fe80::a9fe:a9fe', // OpenStack by IPv6
  '169.254.170.2', // credentials of AWS tasks
  '169.254.170.23', // credentials of AWS pods
  'fd00:ec2::254', // AWS by IPv6
  'fd00:ec2::23',
  'fd20:ce::254', // Google by IPv6
  '168.63.129.16', // Azure's host; an address that looks public
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle
]
