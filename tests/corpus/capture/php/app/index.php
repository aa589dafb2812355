<?php
declare(strict_types=1);
require __DIR__ . '/lib/Cart.php';

$case = trim(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH), '/');
$port = getenv('MYPORT') ?: '3306';
$pg = getenv('PGPORT') ?: '5432';

switch ($case) {
    case 'null': echo '<html><body><h1>Your cart</h1>'; echo (new Cart(null))->total(); break;
    case 'type': (new Cart([]))->add('three'); break;
    case 'undefined': echo "<ul>\n<li>" . $cart['lines'] . "</li>\n" . $voucher->code . "</ul>"; break;
    case 'include': require 'inc/header.php'; break;
    case 'include-warning': echo '<p>Welcome</p>'; include 'inc/banner.php'; echo '<p>Bye</p>'; break;
    case 'file': $s = file_get_contents('/etc/shop/prices.csv'); echo strlen($s); break;
    case 'parse': require __DIR__ . '/lib/broken.inc'; break;
    case 'function': echo money_format('%i', 3); break;
    case 'class': new Shop\Payment\Gateway(); break;
    case 'chain':
        try { json_decode('{"a":', false, 4, JSON_THROW_ON_ERROR); } catch (JsonException $e) { throw new RuntimeException('price list of supplier 17 is unreadable', 17, $e); }
    case 'memory': ini_set('memory_limit', '3M'); $a = []; while (true) { $a[] = str_repeat('x', 10000); }
    case 'time': set_time_limit(1); while (true) { md5('x'); }
    case 'assert': ini_set('assert.exception', '1'); assert(count([]) > 0, 'cart must not be empty'); break;
    case 'deprecated': echo strlen(null ?? ''); echo utf8_encode("caf\xe9"); trigger_error('Cart::legacy() is deprecated, use Cart::total()', E_USER_DEPRECATED); break;
    case 'division': echo intdiv(100, count([])); break;
    case 'match': echo match (7) { 1 => 'post', 2 => 'courier' }; break;
    case 'enum': echo Ship::from('pigeon')->name; break;
    case 'readonly': $c = new Cart([]); $c->id = 'x'; break;
    case 'args': str_repeat(); break;
    case 'xml': $x = simplexml_load_string("<order><line></order>"); echo $x->line; break;
    case 'sqlite': $db = new PDO('sqlite:/var/www/html/shop/data.db'); $db->query('SELECT * FROM orders WHERE id = 3'); break;
    case 'mysql': $db = new PDO("mysql:host=db.internal.shop.example;port=$port;dbname=shop", 'shop', 'hunter2-staging'); $db->query("SELECT * FROM customers WHERE name = 'o'neil'"); break;
    case 'mysql-denied': new PDO("mysql:host=db.internal.shop.example;port=$port;dbname=shop", 'report', 'hunter2-staging'); break;
    case 'mysqli': $m = mysqli_connect('db.internal.shop.example', 'shop', 'hunter2-staging', 'shop', (int) $port); mysqli_query($m, 'INSERT INTO orders (customer_id) VALUES (991)'); break;
    case 'mysqli-refused': mysqli_connect('db.internal.shop.example', 'shop', 'hunter2-staging', 'shop', 3399); break;
    case 'mysqli-die': mysqli_report(MYSQLI_REPORT_OFF); $m = mysqli_connect('db.internal.shop.example', 'shop', 'hunter2-staging', 'shop', (int) $port); http_response_code(500); $r = mysqli_query($m, 'SELECT nmae FROM customers') or die('Query failed: ' . mysqli_error($m)); break;
    case 'pgsql': $db = new PDO("pgsql:host=db.internal.shop.example;port=$pg;dbname=shop", 'shop', 'hunter2-staging'); $db->query("SELECT totl FROM orders"); break;
    case 'pg': error_reporting(E_ALL); $c = pg_connect("host=db.internal.shop.example port=$pg dbname=shop user=shop password=hunter2-staging"); $r = pg_query($c, "INSERT INTO orders (customer_id) VALUES (991)"); break;
    case 'pg-connect': $c = pg_connect("host=db.internal.shop.example port=5999 dbname=shop user=shop password=hunter2-staging"); break;
    case 'curl': http_response_code(502); $h = curl_init('http://inventory:8089/stock/7'); curl_setopt($h, CURLOPT_RETURNTRANSFER, true); curl_exec($h); header('Content-Type: application/json'); echo json_encode(['ok' => false, 'error' => curl_error($h)]); break;
    case 'fopen': echo file_get_contents('http://inventory:8089/stock/7'); break;
    case 'api': header('Content-Type: application/json');
        try { $db = new PDO("mysql:host=db.internal.shop.example;port=$port;dbname=shop", 'shop', 'hunter2-staging'); $db->query("INSERT INTO customers (email) VALUES ('ann@shop.example')"); }
        catch (Throwable $e) { http_response_code(500); echo json_encode(['status' => 'error', 'message' => $e->getMessage()]); } break;
    case 'api-trace': header('Content-Type: application/json');
        try { (new Cart([['price' => 'x']]))->total(); }
        catch (Throwable $e) { http_response_code(500); echo json_encode(['error' => ['class' => get_class($e), 'message' => $e->getMessage(), 'file' => $e->getFile(), 'line' => $e->getLine(), 'trace' => explode("\n", $e->getTraceAsString())]], JSON_PRETTY_PRINT); } break;
    case 'print': http_response_code(500); try { (new Cart([]))->add('x'); } catch (Throwable $e) { echo "<h2>Fehler</h2><pre>$e</pre>"; } break;
    case 'dump': http_response_code(500); try { (new Cart([]))->voucher(); } catch (Throwable $e) { var_dump($e); } break;
    case 'phpinfo': http_response_code(500); phpinfo(INFO_ENVIRONMENT | INFO_GENERAL); break;
    case 'mixed': header('Content-Type: application/json'); http_response_code(200); echo json_encode(['total' => $undefined['sum'], 'currency' => 'EUR']); break;
    case 'soap': http_response_code(500); header('Content-Type: text/xml; charset=utf-8');
        try { (new Cart([]))->voucher(); } catch (Throwable $e) { echo '<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode><faultstring>' . htmlspecialchars($e->getMessage() . ' in ' . $e->getFile() . ':' . $e->getLine()) . '</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>'; } break;
    case 'latin1': http_response_code(500); header('Content-Type: text/html; charset=ISO-8859-1'); try { (new Cart([]))->add('x'); } catch (Throwable $e) { echo iconv('UTF-8', 'ISO-8859-1', '<h1>Größerer Fehler</h1><p>Bitte dem Händler melden: ' . htmlspecialchars($e->getMessage()) . '</p>'); } break;
    case 'latin1-safe': http_response_code(503); header('Content-Type: text/html; charset=ISO-8859-1'); echo iconv('UTF-8', 'ISO-8859-1', '<h1>Störung</h1><p>Unsere Bestellannahme ist vorübergehend geschlossen. Wir öffnen gegen 17 Uhr wieder.</p>'); break;
    case 'friendly': http_response_code(500); echo "<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Erreur</title></head><body><h1>Une erreur est survenue</h1><p>Nous n'avons pas pu traiter votre commande. Veuillez réessayer dans quelques minutes. Référence&nbsp;: " . strtoupper(substr(md5('7'), 0, 8)) . "</p></body></html>"; break;
    case 'api-safe': http_response_code(422); header('Content-Type: application/json'); echo json_encode(['message' => 'Los datos enviados no son válidos.', 'errors' => ['email' => ['El correo electrónico no es válido.'], 'cantidad' => ['Debe ser mayor que 0.']]]); break;
    default: return false;
}
