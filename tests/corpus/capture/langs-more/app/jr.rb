# JRuby: Ruby on the JVM, with the HTTP server of the JDK
require 'java'
java_import com.sun.net.httpserver.HttpServer
java_import java.net.InetSocketAddress
WORK = {
  'nil' => -> { nil.upcase }, 'file' => -> { File.read('/etc/shop/tariff.json') }, 'key' => -> { { 'EU-1' => 1 }.fetch('EU-3') },
  'jint' => -> { java.lang.Integer.parse_int('many') }, 'jfile' => -> { java.io.FileReader.new('/etc/shop/tariff.json') }, 'int' => -> { Integer('many') } }
s = HttpServer.create(InetSocketAddress.new('127.0.0.1', ARGV[0].to_i), 0)
s.create_context('/') do |x|
  _, form, n = x.request_uri.path.split('/')
  begin
    b = WORK[n].call.to_s
  rescue Exception => e
    b = form == 'full' ? e.full_message(highlight: false) : "{\"error\": #{e.inspect.inspect}}"
  end
  x.response_headers.set('Content-Type', form == 'full' ? 'text/plain' : 'application/json')
  d = b.to_java_bytes
  x.send_response_headers(500, d.length); x.response_body.write(d); x.close
end
s.start
