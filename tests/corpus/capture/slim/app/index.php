<?php
require '/usr/share/php/Slim/autoload.php';

$app = new \Slim\App(['settings' => ['displayErrorDetails' => getenv('DEBUG') === '1']]);

class Stock
{
    public static function of(string $sku): int
    {
        $db = new PDO('sqlite::memory:');
        return $db->query("SELECT qty FROM stock WHERE sku = '$sku'")->fetchColumn();
    }
}

$app->get('/stock/{sku}', fn ($q, $r, $a) => $r->withJson(['qty' => Stock::of($a['sku'])]));
$app->get('/type', fn ($q, $r) => $r->write(array_sum(null)));
$app->get('/chain', function ($q, $r) {
    try {
        Stock::of('7');
    } catch (PDOException $e) {
        throw new DomainException('stock of shelf 7 cannot be counted', 17, $e);
    }
});
$app->run();
