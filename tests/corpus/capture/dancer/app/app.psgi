package Guestbook;
use Dancer2;
use DBI;

set show_errors => $ENV{SHOW} ? 1 : 0;
set show_stacktrace => $ENV{SHOW} ? 1 : 0;
set serializer => 'JSON' if $ENV{SERIALIZER};
set traces => 1;

get '/undef' => sub { my $entry = query_parameters->get('entry'); return $entry->{author}->name };
get '/sql' => sub { my $db = DBI->connect("dbi:SQLite:dbname=/var/www/guestbook/g.db", "", "", {RaiseError => 1, PrintError => 0}); return $db->selectrow_array("SELECT count(*) FROM entries") };
get '/die' => sub { die { code => 'E7', reason => 'spam filter unreachable at spam.internal.shop.example:783' } };
get '/division' => sub { return 7 / query_parameters->get('n') };
get '/denied' => sub { send_error('Only members may write here.', 403) };
get '/template' => sub { template 'nothing' };
post '/entry' => sub { return {ok => 1} };
to_app;
