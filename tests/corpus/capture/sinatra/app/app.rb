require 'sinatra'
require 'json'
require 'yaml'
require 'sqlite3'
require 'sequel'
require 'net/http'
require 'pg'
require 'graphql'

set :port, 21040
set :protection, false
set :method_override, false
set :bind, '127.0.0.1'
set :server, ENV['SERVER'] || 'puma'
set :views, '/home/deploy/cinema/views'
if ENV['APP_ENV'] == 'production'
  set :show_exceptions, false
end

class SeatTaken < StandardError; end

get('/nil') { params[:film].upcase }
get('/sqlite') { SQLite3::Database.new('/home/deploy/cinema/c.db').execute('SELECT title FROM films WHERE id = ?', 3).to_s }
get('/sequel') { Sequel.sqlite[:films].where(genre: 'drama').all.to_s }
get('/erb') { erb :ticket }
get('/json') { JSON.parse('{"film": nope}').to_s }
get('/env') { ENV.fetch('TMDB_API_KEY') }
get('/net') { Net::HTTP.get(URI('http://inventory:8089/stock/7')) }
get('/custom') do
  begin
    Integer('12,50')
  rescue ArgumentError
    raise SeatTaken, 'seat F7 was sold twice by till 3'
  end
end

FAIL = {
  'key' => -> { { a: 1 }.fetch(:film) },
  'nil' => -> { nil.title },
  'file' => -> { File.read('/home/deploy/cinema/prices.yml') },
  'pg' => -> { PG.connect(host: 'db.internal.shop.example', port: ENV['PGPORT'], user: 'shop', password: 'hunter2-staging', dbname: 'shop').exec('SELECT totl FROM orders') },
  'pgdown' => -> { PG.connect(host: 'db.internal.shop.example', port: 5999, user: 'shop', password: 'hunter2-staging', dbname: 'shop') },
  'net' => -> { Net::HTTP.get(URI('http://inventory:8089/stock/7')) },
  'arg' => -> { [1, 2].first('x') },
  'zero' => -> { 1 / 0 },
  'sequel' => -> { Sequel.sqlite[:films].insert(title: 'x') },
  'frozen' => -> { 'x'.freeze << 'y' }
}

get '/api/:kind/:name' do
  FAIL.fetch(params[:name]).call
rescue StandardError => e
  status 500
  content_type :json
  case params[:kind]
  when 'message' then { error: e.message }.to_json
  when 'inspect' then { success: false, error: e.inspect }.to_json
  when 'backtrace' then { error: e.class.name, message: e.message, backtrace: e.backtrace.first(6) }.to_json
  when 'text' then content_type(:text) && e.full_message(highlight: false)
  when 'color' then content_type(:text) && e.full_message(highlight: true)
  when 'yaml' then content_type('text/yaml') && { 'error' => { 'class' => e.class.name, 'message' => e.message, 'at' => e.backtrace.first } }.to_yaml
  end
end

class QueryType < GraphQL::Schema::Object
  field :film, String, null: false do
    argument :id, ID, required: true
  end
  def film(id:)
    raise GraphQL::ExecutionError.new('Film not found', extensions: { code: 'NOT_FOUND' }) if id == '404'
    Sequel.sqlite[:films].first(id: id)[:title]
  end
end
class CinemaSchema < GraphQL::Schema
  query QueryType
end
post '/graphql' do
  content_type :json
  q = JSON.parse(request.body.read)
  CinemaSchema.execute(q['query'], variables: q['variables']).to_h.to_json
rescue StandardError => e
  status 500
  { errors: [{ message: e.message, backtrace: e.backtrace.first(8) }], data: {} }.to_json
end
