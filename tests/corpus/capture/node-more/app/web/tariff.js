export const price = (n) => n * rates[n];
