<h1>{{ $ticket->subject }}</h1>
