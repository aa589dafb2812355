require 'json'; require 'sqlite3'; require 'net/http'; require 'grape'; require 'graphql'
FAULTS = {
  'null' => -> { nil.weight }, 'key' => -> { { weight: 3 }.fetch(:zone) }, 'file' => -> { File.read('/srv/depot/tariffs.csv') },
  'sql' => -> { SQLite3::Database.new(':memory:').execute('select zone from tariffs') }, 'refused' => -> { Net::HTTP.get('127.0.0.1', '/tariffs', 23997) },
  'json' => -> { JSON.parse('<html>') }, 'const' => -> { Depot::Tariff }, 'argument' => -> { [1].first(1, 2) }, 'coerce' => -> { 3 + '4' }, 'frozen' => -> { 'a'.freeze << 'b' }, 'integer' => -> { Integer('many') }, 'encode' => -> { "\xfc".encode('utf-16') },
}
class Api < Grape::API
  format :json
  if ENV['DEPOT'] == 'open'
    rescue_from(:all) { |e| error!({ error: e.message, kind: e.class.name }, 500) }
  elsif ENV['DEPOT'] == 'trace'
    rescue_from :all, backtrace: true
  elsif ENV['DEPOT'] == 'closed'
    rescue_from(Grape::Exceptions::ValidationErrors) { |e| error!({ errors: e.full_messages }, 422) }
    rescue_from(:all) { |e| error!({ error: 'Something went wrong, reference 7c0e3a51' }, 500) }
  end
  get('run/:name') { FAULTS[params[:name]].call }
  params { requires :weight, type: Float, values: 0.1..31.5; requires :zone, type: String, values: %w[north south]; optional :email, regexp: /@/ }
  post('parcels') { {} }
  get('closed') { error!('The depot is closed until Monday', 503) }
end
class QueryType < GraphQL::Schema::Object
  field :weight, Integer, null: false
  field :zone, Integer
  field :closed, Integer
  def weight = nil
  def zone = 'north'
  def closed = raise(GraphQL::ExecutionError.new('The depot is closed until Monday', extensions: { code: 'CLOSED' }))
end
class DepotSchema < GraphQL::Schema; query QueryType; end
run lambda { |env|
  case env['PATH_INFO']
  when %r{^/raw/(\w+)} then [200, {}, [FAULTS[$1].call.to_s]]
  when '/graphql' then [200, { 'Content-Type' => 'application/json' }, [(begin; DepotSchema.execute(Rack::Request.new(env).params['query']).to_json; rescue => e; JSON(errors: [{ message: e.message, backtrace: e.backtrace.first(5) }], data: {}); end)]]
  when %r{^/message/(\w+)} then begin; FAULTS[$1].call; rescue Exception => e; [500, { 'Content-Type' => 'application/json' }, [JSON(status: 'error', message: e.message)]]; end
  else Api.call(env)
  end
}
