use strict; use HTML::Mason::PSGIHandler; my $root = '/srv/depot/mason';
my $h = HTML::Mason::PSGIHandler->new(comp_root => $root, data_dir => '/var/lib/ho-mason', error_mode => 'output', error_format => $ENV{MASON_FORMAT} || 'html');
sub { $h->handle_psgi($_[0]) };
