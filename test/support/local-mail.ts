/** The mail servers of tests and benchmarks: this machine, on whatever port they get. */
export const localMail = { allowedHosts: ['127.0.0.1:*'] };
