import { price } from "./tariff.js";
console.log(price(7)
