<?php return ['driver' => 'array', 'lifetime' => 10, 'cookie' => 's'];
