require "http/server"
require "json"
class Basket
  include JSON::Serializable
  property sku : String
  property qty : Int32
end
def work(name)
  case name
  when "nil"   then (ARGV[7]?).not_nil!.upcase
  when "key"   then {"EU-1" => 1.9}["EU-3"].to_s
  when "file"  then File.read("/etc/shop/tariff.json")
  when "json"  then Basket.from_json(%({"sku": 4})).sku
  when "conn"  then HTTP::Client.get("http://127.0.0.1:9/stock").body
  when "int"   then "many".to_i.to_s
  else "?"
  end
end
told = HTTP::Handler::HandlerProc.new do |c|
  p = c.request.path.split('/')
  case p[1]
  when "told"
    begin
      c.response.print work(p[2])
    rescue e
      c.response.status_code = 500
      c.response.content_type = "application/json"
      c.response.print({error: e.class.name, message: e.message}.to_json)
    end
  when "raise" then c.response.print work(p[2])
  else
    c.response.respond_with_status(404)
  end
end
s = HTTP::Server.new([HTTP::ErrorHandler.new(verbose: ARGV[1] == "debug")] of HTTP::Handler, &told)
s.bind_tcp "127.0.0.1", ARGV[0].to_i
s.listen
