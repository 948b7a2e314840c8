import fc from 'fast-check';

// A mutant is killed by any failing example: looking for the smallest one only takes time.
fc.configureGlobal({ endOnFailure: true });
