# The socket server of the language itself; the errors are told by their gist.
sub work($n) {
  given $n {
    when 'file' { slurp '/etc/shop/tariff.json' }
    when 'nil' { my Str $s; $s.chars + Int.new.foo }
    when 'num' { +'many' }
    when 'type' { my Int $x = 'seven'; $x }
    when 'div' { say 7 div 0 }
    default { die X::AdHoc.new(payload => "no rate for $n") }
  }
}
my $l = IO::Socket::INET.new(:listen, :localhost<127.0.0.1>, :localport(+@*ARGS[0]));
loop {
  my $c = $l.accept; my $r = $c.recv // next;
  my ($, $form, $n) = $r.words[1].split('/');
  my ($t, $b) = 'text/plain', 'ok';
  try { my $x = work($n); $b = ~$x; CATCH { default { ($t, $b) = $form eq 'gist' ?? ('text/plain', .gist) !! ('application/json', '{"error":"' ~ .^name ~ '","message":"' ~ .message.subst('"', '\\"', :g).subst("\n", '\\n', :g) ~ '"}') } } }
  $c.print("HTTP/1.1 500 Internal Server Error\r\nContent-Type: $t; charset=utf-8\r\nContent-Length: {$b.encode.bytes}\r\nConnection: close\r\n\r\n$b"); $c.close;
}
