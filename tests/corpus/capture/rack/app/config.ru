require 'json'
use Rack::ShowExceptions if ENV['SHOW']
use Rack::Lint if ENV['LINT']
class Ledger
  def call(env)
    case env['PATH_INFO']
    when '/nil' then post(nil)
    when '/type' then [200, {}, ['Total: ' + 7]]
    when '/load' then require 'ledger/export'
    when '/deep' then deep(0)
    when '/lint' then [200, { 'X-Count' => 3 }, ['x']]
    else [404, { 'Content-Type' => 'application/json' }, [{ error: { code: 'not_found', message: 'No such account.' } }.to_json]]
    end
  end

  def post(entry)
    entry.fetch('amount') * 100
  end

  def deep(n)
    deep(n + 1)
  end
end
run Ledger.new
