<?php
require '/usr/share/php/Illuminate/Foundation/../autoload.php';
spl_autoload_register(function ($c) {
    $f = '/usr/share/php/' . str_replace('\\', '/', $c) . '.php';
    if (is_file($f)) { require $f; }
});

use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Http\Kernel as HttpKernel;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Route;

$app = new Illuminate\Foundation\Application('/var/www/helpdesk');
$app->singleton(HttpKernel::class, Illuminate\Foundation\Http\Kernel::class);
$app->singleton(ExceptionHandler::class, Illuminate\Foundation\Exceptions\Handler::class);

class Ticket extends Model {}
class TicketLocked extends RuntimeException {}

$kernel = $app->make(HttpKernel::class);
$app->booted(function () {
    Route::get('/tickets', fn () => Ticket::where('stat', 'open')->get());
    Route::get('/ticket/{id}', fn ($id) => DB::connection('pgsql')->select('select * from tickets where id = ?', [$id]));
    Route::get('/null', fn () => request()->user()->name);
    Route::get('/find', fn () => Ticket::on('memory')->findOrFail(4));
    Route::get('/view', fn () => view('ticket.show'));
    Route::get('/locked', function () {
        try { intdiv(1, 0); } catch (DivisionByZeroError $e) { throw new TicketLocked('ticket 7 is locked by agent 3', 7, $e); }
    });
    Route::get('/forbidden', fn () => abort(403, 'This ticket belongs to another team.'));
    Route::get('/down', fn () => abort(503));
    Route::post('/tickets', fn (Request $r) => $r->validate(['subject' => 'required|max:20', 'email' => 'required|email', 'priority' => 'integer|between:1,5']));
    Route::get('/message', function () {
        try { Ticket::insert([['subject' => 'x']]); } catch (Throwable $e) { return response()->json(['success' => false, 'message' => $e->getMessage()], 500); }
    });
});
$request = Request::capture();
$response = $kernel->handle($request);
$response->send();
