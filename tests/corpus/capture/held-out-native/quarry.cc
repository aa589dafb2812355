// A quarry's service on POCO that hands on what POCO and the C++ library say.
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Util/PropertyFileConfiguration.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/FileStream.h>
#include <Poco/Net/DNS.h>
#include <any>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <optional>
#include <regex>
#include <variant>
#include <unistd.h>
using namespace Poco::Net;
using Poco::Data::Keywords::now;
static std::map<std::string, std::function<void()>> faults = {
  {"dial", [] { StreamSocket s(SocketAddress("127.0.0.1:23997")); }},
  {"host", [] { DNS::hostByName("pilot.quarry.invalid"); }},
  {"file", [] { Poco::FileInputStream f("/srv/quarry/stones.csv"); }},
  {"config", [] { Poco::AutoPtr<Poco::Util::PropertyFileConfiguration> c = new Poco::Util::PropertyFileConfiguration; c->getString("database.password"); }},
  {"json", [] { Poco::JSON::Parser().parse("<html>"); }},
  {"xml", [] { Poco::XML::DOMParser().parseString("<stone><granite></stone>"); }},
  {"sql", [] { Poco::Data::Session s("SQLite", ":memory:"); s << "select weight from stones", now; }},
  {"null", [] { Poco::AutoPtr<Poco::Util::PropertyFileConfiguration> c; c->keys(*new std::vector<std::string>); }},
  {"at", [] { std::vector<int> v(3); v.at(7); }},
  {"map", [] { std::map<std::string, int> m; m.at("granite"); }},
  {"substr", [] { std::string("abc").substr(5); }},
  {"stoi", [] { std::stoi("three"); }},
  {"optional", [] { std::optional<int>().value(); }},
  {"variant", [] { std::variant<int, std::string> v(1); std::get<std::string>(v); }},
  {"anycast", [] { std::any a(1); std::any_cast<std::string>(a); }},
  {"regex", [] { std::regex r("stone("); }},
  {"path", [] { std::filesystem::file_size("/srv/quarry/stones.csv"); }},
  {"length", [] { std::vector<long> v; v.reserve(~0UL); }},
  {"alloc", [] { delete[] new char[1L << 60]; }},
  {"function", [] { std::function<void()> f; f(); }},
  {"future", [] { std::future<int> f; f.get(); }},
  {"stream", [] { std::ifstream f; f.exceptions(std::ios::failbit); f.open("/srv/quarry/stones.csv"); }},
};
struct Handler : HTTPRequestHandler {
  void handleRequest(HTTPServerRequest& q, HTTPServerResponse& r) override {
    auto uri = q.getURI();
    auto slash = uri.rfind('/');
    auto form = uri.substr(1, slash ? slash - 1 : 0), name = uri.substr(slash + 1);
    if (uri == "/closed") { r.setStatus(HTTPResponse::HTTP_SERVICE_UNAVAILABLE); r.setContentType("application/json"); r.send() << "{\"error\":\"The quarry is closed because of frost\"}"; return; }
    if (!faults.count(name)) { r.setStatusAndReason(HTTPResponse::HTTP_NOT_FOUND); r.setContentType("text/plain"); r.send() << "no such stone\n"; return; }
    std::string text, kind;
    try { faults[name](); text = "ok"; }
    catch (Poco::Exception& e) { text = form == "what" ? e.what() : e.displayText(); kind = e.className(); }
    catch (std::exception& e) { text = e.what(); kind = typeid(e).name(); }
    r.setStatus(HTTPResponse::HTTP_INTERNAL_SERVER_ERROR);
    r.setContentType(form == "json" || form == "class" ? "application/json" : "text/plain");
    auto& o = r.send();
    if (form == "json" || form == "class") { Poco::JSON::Object j; j.set("error", text); if (form == "class") j.set("type", kind); j.stringify(o); }
    else o << (form == "sentence" ? "The stone could not be weighed: " : "") << text << "\n";
  }
};
struct Factory : HTTPRequestHandlerFactory { HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override { return new Handler; } };
int main(int, char** v) {
  Poco::Data::SQLite::Connector::registerConnector();
  HTTPServer s(new Factory, ServerSocket(SocketAddress("127.0.0.1", std::stoi(v[1]))), new HTTPServerParams);
  s.start(); pause();
}
