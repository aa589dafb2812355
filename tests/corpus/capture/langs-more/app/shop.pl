:- use_module(library(http/thread_httpd)). :- use_module(library(http/http_dispatch)). :- use_module(library(http/http_json)). :- use_module(library(http/http_parameters)).
:- ( getenv('SHOW', _) -> use_module(library(http/http_error)) ; true ).
:- http_handler(root(type), type, []). :- http_handler(root(file), file, []). :- http_handler(root(proc), proc, []). :- http_handler(root(item), item, []). :- http_handler(root(fail), failing, []).
type(_) :- atom_length(_, N), format('Content-type: text/plain~n~n~w', [N]).
file(_) :- open('/etc/shop/tariff.pl', read, _).
proc(_) :- total_of(basket, 7).
failing(_) :- 1 =:= 2.
item(R) :- http_parameters(R, [qty(_, [integer])]), format('Content-type: text/plain~n~nok').
:- initialization((current_prolog_flag(argv, [P|_]), atom_number(P, N), http_server(http_dispatch, [port(localhost:N)]), thread_get_message(_)), main).
