use strict;
use warnings;
use lib '/opt/reports/lib';

sub load { my ($id) = @_; require Reports::Monthly; return Reports::Monthly->new($id) }
sub month { my $m = shift; die "month $m is not closed\n" if $m > 11; return load($m) }

my $app = sub {
    my $env = shift;
    my $p = $env->{PATH_INFO};
    if ($p eq '/module') { month(3) }
    if ($p eq '/die') { month(12) }
    if ($p eq '/hash') { my $x = 'total'; my %h = %$x; }
    if ($p eq '/confess') { require Carp; Carp::confess('ledger of March does not balance') }
    if ($p eq '/caught') { local $@; eval { require Carp; Carp::croak('cannot lock /var/lock/reports.lck') }; return [500, ['Content-Type', 'text/plain'], ["Software error: $@"]] }
    return [200, [], 'bad status'] if $p eq '/bad';
    return [404, ['Content-Type', 'text/plain'], ['Not Found']];
};
$app;
