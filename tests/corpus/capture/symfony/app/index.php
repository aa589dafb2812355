<?php
spl_autoload_register(function ($c) {
    $f = '/usr/share/php/' . str_replace('\\', '/', $c) . '.php';
    if (is_file($f)) { require $f; }
});
foreach (['Symfony/Component/HttpKernel', 'Symfony/Bundle/FrameworkBundle', 'Symfony/Component/ErrorHandler', 'Symfony/Component/Serializer', 'Symfony/Component/Yaml'] as $d) {
    if (is_file("/usr/share/php/$d/autoload.php")) { require_once "/usr/share/php/$d/autoload.php"; }
}

use Symfony\Bundle\FrameworkBundle\FrameworkBundle;
use Symfony\Bundle\FrameworkBundle\Kernel\MicroKernelTrait;
use Symfony\Component\DependencyInjection\Loader\Configurator\ContainerConfigurator;
use Symfony\Component\ErrorHandler\Debug;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpKernel\Exception\AccessDeniedHttpException;
use Symfony\Component\HttpKernel\Exception\UnprocessableEntityHttpException;
use Symfony\Component\HttpKernel\Kernel as BaseKernel;
use Symfony\Component\Routing\Loader\Configurator\RoutingConfigurator;

class Kernel extends BaseKernel
{
    use MicroKernelTrait;

    public function registerBundles(): iterable { return [new FrameworkBundle()]; }
    public function getProjectDir(): string { return '/opt/newsletter'; }
    public function getCacheDir(): string { return '/opt/newsletter/var/cache/' . $this->environment; }
    public function getLogDir(): string { return '/opt/newsletter/var/log'; }

    protected function configureContainer(ContainerConfigurator $c): void
    {
        $c->extension('framework', ['secret' => 'staging-9a1', 'http_method_override' => false, 'router' => ['utf8' => true], 'serializer' => ['enabled' => true], 'php_errors' => ['log' => false]]);
        $c->services()->set('logger', Psr\Log\NullLogger::class);
    }

    protected function configureRoutes(RoutingConfigurator $routes): void
    {
        $routes->add('none', '/none')->controller([$this, 'none']);
        $routes->add('pdo', '/pdo')->controller([$this, 'pdo']);
        $routes->add('chain', '/chain')->controller([$this, 'chain']);
        $routes->add('warning', '/warning')->controller([$this, 'warning']);
        $routes->add('denied', '/denied')->controller([$this, 'denied']);
        $routes->add('invalid', '/invalid')->controller([$this, 'invalid']);
        $routes->add('nothing', '/returns-nothing')->controller([$this, 'returnsNothing']);
    }

    public function none(Request $q): Response { return new Response($q->query->get('subscriber')->email()); }
    public function pdo(): Response { $db = new \PDO('mysql:host=db.internal.shop.example;port=3398;dbname=news', 'news', 'hunter2-staging'); return new Response(''); }
    public function chain(): Response
    {
        try { json_decode('{', false, 4, JSON_THROW_ON_ERROR); } catch (\JsonException $e) { throw new \RuntimeException('answer of mail provider 2 is unreadable', 2, $e); }
    }
    public function warning(): Response { return new Response(file_get_contents('/opt/newsletter/templates/welcome.mjml')); }
    public function denied(): Response { throw new AccessDeniedHttpException('This list belongs to another customer.'); }
    public function invalid(): Response { return new JsonResponse(['type' => 'https://symfony.com/errors/validation', 'title' => 'Validation Failed', 'detail' => 'email: This value is not a valid email address.', 'violations' => [['propertyPath' => 'email', 'title' => 'This value is not a valid email address.']]], 422); }
    public function returnsNothing() { return ['a' => 1]; }
}

$debug = getenv('APP_DEBUG') === '1';
if ($debug) { Debug::enable(); }
$kernel = new Kernel($debug ? 'dev' : 'prod', $debug);
$request = Request::createFromGlobals();
$response = $kernel->handle($request);
$response->send();
$kernel->terminate($request, $response);
