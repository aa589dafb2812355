<?php
// A bakery's service that hands on whatever its libraries and PHP say: one path a failure, in the forms that such services use.
foreach (['GuzzleHttp', 'GuzzleHttp/Psr7', 'GuzzleHttp/Promise', 'Twig', 'Doctrine/DBAL', 'Predis', 'Symfony/Component/Yaml', 'Symfony/Component/Process', 'Brick/Math', 'Dotenv', 'libphp-phpmailer'] as $p)
    if (is_file($f = "/usr/share/php/$p/autoload.php")) require_once $f;
ini_set('display_errors', '0');
set_error_handler(fn($no, $text, $file, $line) => throw new ErrorException($text, 0, $no, $file, $line));
class Bread { public readonly string $name; private int $price = 3; public function __construct(string $name, int $weight) { $this->name = $name; } }
enum Grain: string { case Rye = 'rye'; }
abstract class Oven { abstract function bake(); }
$faults = [
    'guzzle_refused' => fn() => (new GuzzleHttp\Client)->get('http://127.0.0.1:23997/flour?key=invented'),
    'guzzle_status' => fn() => (new GuzzleHttp\Client)->get('http://inventory:23098/v2/flour'),
    'guzzle_timeout' => fn() => (new GuzzleHttp\Client(['timeout' => 0.3]))->get('http://inventory:23098/slow'),
    'guzzle_json' => fn() => GuzzleHttp\Utils::jsonDecode((string) (new GuzzleHttp\Client)->get('http://inventory:23098/html')->getBody()),
    'dbal_table' => fn() => Doctrine\DBAL\DriverManager::getConnection(['url' => 'sqlite:///:memory:'])->fetchAllAssociative('SELECT grain, price FROM flours WHERE mill = ?', [7]),
    'dbal_refused' => fn() => Doctrine\DBAL\DriverManager::getConnection(['driver' => 'pdo_pgsql', 'host' => 'db.internal.shop.example', 'port' => 9, 'user' => 'bakery', 'password' => 'hunter2-staging', 'dbname' => 'bakery'])->fetchOne('SELECT 1'),
    'dbal_driver' => fn() => Doctrine\DBAL\DriverManager::getConnection(['driver' => 'pdo_oracle']),
    'mysqli_refused' => fn() => new mysqli('127.0.0.1', 'bakery', 'hunter2-staging', 'bakery', 9),
    'pgsql_refused' => fn() => pg_connect('host=db.internal.shop.example port=9 dbname=bakery user=bakery'),
    'sqlite_open' => fn() => new SQLite3('/srv/bakery/data/flours.db', SQLITE3_OPEN_READONLY),
    'pdo_bind' => fn() => (new PDO('sqlite::memory:'))->prepare('SELECT :a')->execute(['b' => 1]),
    'predis_refused' => fn() => (new Predis\Client('tcp://redis.internal.shop.example:9'))->get('flour:7'),
    'amqp_refused' => fn() => (new AMQPConnection(['host' => '127.0.0.1', 'port' => 9]))->connect(),
    'soap_wsdl' => fn() => new SoapClient('http://inventory:23098/html'),
    'soap_host' => fn() => (new SoapClient(null, ['location' => 'http://127.0.0.1:23997/', 'uri' => 'urn:mill']))->quote(7),
    'twig_variable' => fn() => (new Twig\Environment(new Twig\Loader\ArrayLoader(['bill.twig' => "<p>\n{{ order.total }}</p>"]), ['strict_variables' => true]))->render('bill.twig', ['order' => []]),
    'twig_syntax' => fn() => (new Twig\Environment(new Twig\Loader\ArrayLoader(['bill.twig' => '{% for x in %}'])))->render('bill.twig'),
    'twig_loader' => fn() => (new Twig\Environment(new Twig\Loader\FilesystemLoader('/srv/bakery')))->render('bills/month.twig'),
    'yaml_parse' => fn() => Symfony\Component\Yaml\Yaml::parse("ovens:\n  - a\n - b\n"),
    'process_failed' => fn() => (new Symfony\Component\Process\Process(['/usr/bin/php', '-r', 'fwrite(STDERR, "oven 3 unreachable\n"); exit(3);']))->mustRun(),
    'math_zero' => fn() => Brick\Math\BigDecimal::of('1')->dividedBy(3, 0),
    'dotenv_file' => fn() => Dotenv\Dotenv::createImmutable('/srv/bakery/config')->load(),
    'mailer_connect' => function () { $m = new PHPMailer\PHPMailer\PHPMailer(true); $m->isSMTP(); $m->Host = 'mail.internal.shop.example'; $m->Port = 9; $m->setFrom('a@shop.example'); $m->addAddress('b@shop.example'); $m->Body = 'x'; $m->send(); },
    'dom_schema' => function () { $d = new DOMDocument; $d->loadXML('<a/>'); $d->schemaValidate('/srv/bakery/schema/order.xsd'); },
    'date' => fn() => new DateTimeImmutable('31.02.2026 25:00'),
    'reflection' => fn() => (new ReflectionMethod('Bread', 'bake'))->invoke(null),
    'argument' => fn() => new Bread('rye'),
    'type' => fn() => new Bread('rye', 'heavy'),
    'readonly' => function () { $b = new Bread('rye', 3); $b->name = 'oat'; },
    'private' => fn() => (new Bread('rye', 3))->price,
    'enum' => fn() => Grain::from('oat'),
    'abstract' => fn() => new Oven,
    'class' => fn() => new Bakery\Ovens\Stone,
    'function' => fn() => bake_all(),
    'method' => fn() => (new Bread('rye', 3))->bake(),
    'null' => fn() => (fn() => null)()->bake(),
    'key' => fn() => ['rye' => 3]['oat'],
    'conversion' => fn() => 'rye: ' . [1, 2],
    'operand' => fn() => [] + 3,
    'numeric' => fn() => '3 loaves' * 2,
    'match' => fn() => match ('oat') { 'rye' => 1 },
    'json' => fn() => json_decode('<html>', flags: JSON_THROW_ON_ERROR),
    'modulo' => fn() => 3 % 0,
    'variable' => fn() => $loaves + 1,
    'stream' => fn() => file_get_contents('/srv/bakery/data/flours.csv'),
    'http' => fn() => file_get_contents('http://127.0.0.1:23997/flour'),
    'require' => fn() => require 'ovens/stone.php',
    'unserialize' => fn() => unserialize('O:5:"Bread":1'),
    'pattern' => fn() => preg_match('/rye(/', 'x'),
    'generator' => function () { $g = (function () { yield 1; })(); foreach ($g as $_); foreach ($g as $_); },
];
[, $mode, $name] = explode('/', $_SERVER['REQUEST_URI']) + ['', '', ''];
function answer(int $status, string $type, string $body) { http_response_code($status); header("Content-Type: $type"); echo $body; exit; }
if (isset($faults[$name])) {
    try { $r = $faults[$name](); answer(200, 'text/plain', 'ok ' . get_debug_type($r)); } catch (Throwable $e) {
        $json = fn($x) => json_encode($x, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR);
        match ($mode) {
            'error' => answer(500, 'application/json', $json(['error' => $e->getMessage()])),
            'status' => answer(500, 'application/json', $json(['status' => 'error', 'code' => $e->getCode(), 'message' => $e->getMessage()])),
            'class' => answer(500, 'application/json', $json(['success' => false, 'exception' => get_class($e), 'message' => $e->getMessage()])),
            'place' => answer(500, 'application/json', $json(['message' => $e->getMessage(), 'file' => $e->getFile(), 'line' => $e->getLine()])),
            'html' => answer(500, 'text/html; charset=utf-8', '<!doctype html><html lang="en"><title>Bakery</title><body><div class="alert alert-danger"><strong>Order failed.</strong> ' . htmlspecialchars($e->getMessage()) . '</div></body></html>'),
            'text' => answer(500, 'text/plain', 'Exception caught: ' . $e->getMessage() . "\n"),
            'string' => answer(500, 'text/plain', (string) $e),
            'xml' => answer(500, 'application/xml', '<?xml version="1.0"?><response><ok>false</ok><reason>' . htmlspecialchars($e->getMessage(), ENT_XML1) . '</reason></response>'),
        };
    }
}
match ($mode) {
    'stock' => answer(409, 'application/json', '{"error":{"code":"OUT_OF_STOCK","message":"Rye bread is sold out for today.","next":"2026-11-22T06:00:00+01:00"}}'),
    'limit' => answer(503, 'text/html; charset=utf-8', '<!doctype html><html lang="it"><meta charset="utf-8"><title>Torniamo presto</title><h1>Torniamo presto</h1><p>Il forno online è in manutenzione fino alle 18:00. Le ordinazioni già fatte restano valide.</p></html>'),
    'form' => answer(422, 'application/json', '{"message":"The given data was invalid.","errors":{"pickup_at":["The pickup at must be a date after now."],"items.0.quantity":["The items.0.quantity must be at least 1."]}}'),
    'xml' => answer(500, 'application/xml', '<?xml version="1.0"?><response><ok>false</ok><reason>Your order could not be taken. Please call the shop.</reason><reference>7c0e3a51</reference></response>'),
    'health' => answer(503, 'application/json', '{"status":"down","components":{"orders":{"status":"up"},"ovens":{"status":"down"}}}'),
    default => answer(404, 'text/plain', "No such page\n"),
};
