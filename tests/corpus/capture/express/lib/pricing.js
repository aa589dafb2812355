class PriceUnavailableError extends Error {
  constructor(sku) {
    super(`no price for ${sku} in list 2026-Q4`)
    this.name = 'PriceUnavailableError'
    this.code = 'E_PRICE'
    this.sku = sku
  }
}
class PricingService {
  quote(sku) {
    return this.#lookup(sku)
  }
  #lookup(sku) {
    throw new PriceUnavailableError(sku)
  }
}
module.exports = { PricingService, PriceUnavailableError }
