#!/usr/bin/perl
use strict;
use CGI::Carp qw(fatalsToBrowser set_message);
BEGIN { set_message(sub { print "<h1>Es ist ein Fehler aufgetreten</h1><p>Bitte versuchen Sie es sp&auml;ter noch einmal oder rufen Sie uns an.</p>" }) }
die "boom";
