#!/usr/bin/perl
# A stand-in for the Claude Code CLI: its arguments, its lines on stdin and stdout, its transcript file, but no
# model. It costs some MB and milliseconds, so that tests can have hundreds, and it misbehaves when it is told to.
#
# What it does is directed by the last text block of the user line, one "#word …" a line; without any it answers
# "You said: …". Answers:
#   #say TEXT             word by word; a JSON string literal may hold line ends
#   #echo                 the conversation as the model has it, a JSON array of "role: text" lines
#   #tokens N [MS]        w0 w1 …, MS apart
#   #timestamp N [MS]     the same, each with the CLOCK_MONOTONIC nanoseconds of its write
#   #fullspeed N BYTES    N deltas of BYTES bytes without a pause (#burst N: of one byte)
#   #think N [MS]         thinking
#   #pause MS
#   #bash COMMAND         runs it as a tool does, in a process group of its own; #echo and others may follow
#   #call [id=ID] NAME {json}    a call of a client's function, deferred
#   #error STATUS [TEXT]  as an API error; #max-tokens, #refuse: as the API's stop reasons
# Faults:
#   #silent               takes the line and says nothing at all any more
#   #exit-now [CODE]      before the first line of the turn; #die [CODE]: here
#   #exit-once FILE       before the first line of the turn, unless there is that file, which it makes
#   #exit-stored          the same, but with the message in the transcript
#   #exit-midline         in the middle of a line
#   #exit-after-result [CODE]
#   #garbage, #binary     a line that is no JSON;  #torn: one that begins as JSON and is cut
#   #longline BYTES       one delta of so many bytes
#   #hold BYTES           keeps so much memory until it ends
#   #halfsurrogate        an emoji in two halves over two deltas, then a half alone
#   #rawsurrogate         half a surrogate as raw bytes, which is no UTF-8
#   #stderr-flood BYTES   to stderr
#   #no-result            the turn never ends;  #hang: nor is anything printed any more (an interrupt ends both)
#   #ignore-interrupt     from here on, and EOF; #ignore-sigint: that too
#   #grandchild [S]       leaves a process behind that holds stdin, stdout and stderr for S seconds; says its pid
#   #stop-reading-stdin   after this turn
#   #unknown              lines and fields of types that nobody has heard of
# In the system prompt: #start-exit, #start-silent, #start-slow MS (before initialize is answered).
#
# Environment: CLAUDE_CODE_FAKE_VERSION (2.1.330 prints that version's lines), CLAUDE_CODE_FAKE_RECORD (a file to
# which each request to the model is appended: {"session","pid","model","system","lines"}),
# CLAUDE_CODE_FAKE_START_MS (a start as slow as the real one's).
use strict;
use warnings;

my $VERSION = $ENV{CLAUDE_CODE_FAKE_VERSION} || '2.1.197';
my $NEWER = $VERSION =~ /(\d+)$/ && $1 > 197;
my $RECORD = $ENV{CLAUDE_CODE_FAKE_RECORD};
my $HISTORY_LINE_S = 0.004;
our $held;

# ---------------------------------------------------------------------------------------------- JSON, in bytes
our $J;

sub parse { local $J = shift; pos($J) = 0; my $v = value(); $J =~ /\G\s*\z/gc or die "trailing\n"; return $v }

sub value {
  $J =~ /\G\s+/gc;
  if ($J =~ /\G"/gc) { return text() }
  if ($J =~ /\G\{/gc) {
    my %o;
    $J =~ /\G\s*\}/gc and return \%o;
    while (1) {
      $J =~ /\G\s*"/gc or die "no name\n";
      my $k = text();
      $J =~ /\G\s*:\s*/gc or die "no colon\n";
      my $from = pos $J;
      $o{$k} = value();
      $o{"$k.raw"} = substr $J, $from, pos($J) - $from if $k eq 'input' || $k eq 'content';
      $J =~ /\G\s*,/gc and next;
      $J =~ /\G\s*\}/gc and return \%o;
      die "no end of object\n";
    }
  }
  if ($J =~ /\G\[/gc) {
    my @a;
    $J =~ /\G\s*\]/gc and return \@a;
    while (1) {
      push @a, value();
      $J =~ /\G\s*,/gc and next;
      $J =~ /\G\s*\]/gc and return \@a;
      die "no end of array\n";
    }
  }
  if ($J =~ /\G(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/gc) { return $1 }
  if ($J =~ /\Gtrue/gc) { return 1 }
  if ($J =~ /\Gfalse/gc) { return 0 }
  if ($J =~ /\Gnull/gc) { return undef }
  die "no value\n";
}

my %ESCAPED = (b => "\b", f => "\f", n => "\n", r => "\r", t => "\t", '"' => '"', '\\' => '\\', '/' => '/');

sub text {
  my $out = '';
  while (1) {
    $J =~ /\G([^"\\]+)/gc and $out .= $1;
    if ($J =~ /\G"/gc) { $out =~ /[\x00-\x1f]/ and die "control character\n"; return decontrol($out) }
    if ($J =~ /\G\\u([0-9a-fA-F]{4})/gc) {
      my $c = hex $1;
      if ($c >= 0xd800 && $c < 0xdc00 && $J =~ /\G\\u([dD][c-fC-F][0-9a-fA-F]{2})/gc) {
        $c = 0x10000 + (($c - 0xd800) << 10) + (hex($1) - 0xdc00);
      }
      # Control characters wait at U+F0000 until the check above is done.
      $out .= utf8_of($c < 0x20 ? 0xF0000 + $c : $c);
    } elsif ($J =~ /\G\\(["\\\/bfnrt])/gc) {
      my $c = $ESCAPED{$1};
      $out .= ord $c < 0x20 ? utf8_of(0xF0000 + ord $c) : $c;
    } else { die "bad string\n" }
  }
}

sub decontrol { my $s = shift; $s =~ s/\xf3\xb0\x80([\x80-\x9f])/chr(ord($1) - 0x80)/ge; return $s }

sub utf8_of {
  my $c = shift;
  return chr $c if $c < 0x80;
  return chr(0xc0 | $c >> 6) . chr(0x80 | $c & 0x3f) if $c < 0x800;
  return chr(0xe0 | $c >> 12) . chr(0x80 | $c >> 6 & 0x3f) . chr(0x80 | $c & 0x3f) if $c < 0x10000;
  return chr(0xf0 | $c >> 18) . chr(0x80 | $c >> 12 & 0x3f) . chr(0x80 | $c >> 6 & 0x3f) . chr(0x80 | $c & 0x3f);
}

sub quoted {
  my $s = shift;
  return 'null' unless defined $s;
  $s =~ s/(["\\])/\\$1/g;
  $s =~ s/\n/\\n/g;
  $s =~ s/([\x00-\x1f])/sprintf '\\u%04x', ord $1/ge;
  # As JSON.stringify does with half a surrogate.
  $s =~ s/\xed([\xa0-\xbf])([\x80-\xbf])/sprintf '\\u%04x', 0xd000 | (ord($1) & 0x3f) << 6 | ord($2) & 0x3f/ge;
  return qq("$s");
}

# ------------------------------------------------------------------------------------------------- the command
my (%opt, %flag);
my %TAKES = map { $_ => 1 } qw(--input-format --output-format --permission-prompt-tool --permission-mode --model
  --tools --allowedTools --disallowedTools --session-id --resume --resume-session-at --append-system-prompt
  --system-prompt --setting-sources --add-dir --system-prompt-snapshot --effort --json-schema --max-turns);
my %FLAGS = map { $_ => 1 } qw(-p --verbose --include-partial-messages --strict-mcp-config --fork-session --bare
  --dangerously-skip-permissions --allow-dangerously-skip-permissions --disable-slash-commands
  --no-session-persistence --replay-user-messages);
while (@ARGV) {
  my $arg = shift @ARGV;
  if ($arg eq '--version') { print "$VERSION (Claude Code)\n"; exit 0 }
  if ($TAKES{$arg}) { $opt{$arg} = shift @ARGV }
  elsif ($FLAGS{$arg}) { $flag{$arg} = 1 }
  else { fatal("error: unknown option '$arg'") }
}

sub fatal { print STDERR "$_[0]\n"; exit 1 }

sub uuid {
  return sprintf '%08x-%04x-4%03x-8%03x-%08x%04x', rand 2**32, $$ & 0xffff, rand 2**12, rand 2**12, rand 2**32,
      rand 2**16;
}
srand(time ^ $$ << 16);

my $UUID = qr/\A[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\z/;
require Cwd;
my $cwd = Cwd::getcwd();
(my $slug = $cwd) =~ s/[^A-Za-z0-9]/-/g;
my $config = $ENV{CLAUDE_CONFIG_DIR} || ($ENV{HOME} || '/nonexistent') . '/.claude';
my $folder = "$config/projects/$slug";
my $resumed = $opt{'--resume'};
my $session = $opt{'--session-id'} || ($flag{'--fork-session'} || !$resumed ? uuid() : $resumed);
$session =~ $UUID or fatal('Error: Invalid session ID. Must be a valid UUID.');
my $transcript = "$folder/$session.jsonl";
if (!$resumed && -e $transcript || $flag{'--fork-session'} && -e $transcript) {
  fatal("Error: Session ID $session is already in use.");
}
my $model = $opt{'--model'} || 'claude-opus-4-8';

# ------------------------------------------------------------------------------------------------- the history
# {role, blocks => [{type, text, …}], uuid}; lines of the transcript that are not in the file yet
my (@history, @unwritten, $leaf, %known, $hangs);
if ($resumed) { resume() }

sub resume {
  my $file = "$folder/$resumed.jsonl";
  my $missing = "No conversation found with session ID: $resumed";
  open my $in, '<', $file or lost($missing);
  my (%line, $last);
  while (my $text = <$in>) {
    my $o = eval { parse($text) } or next;
    next unless defined $o->{uuid} && ($o->{type} || '') =~ /^(?:user|assistant|attachment)$/;
    lost($missing) unless $o->{timestamp};
    chomp $text;
    $o->{line} = $text;
    $line{$o->{uuid}} = $o;
    $last = $o->{uuid};
  }
  close $in;
  lost($missing) unless defined $last;
  if (my $at = $opt{'--resume-session-at'}) {
    $line{$at} or fatal("No message found with message.uuid of: $at");
    $last = $at;
  }
  my @chain;
  for (my $at = $last; defined $at && $line{$at}; $at = $line{$at}{parentUuid}) { unshift @chain, $line{$at} }
  $leaf = $last;
  for my $o (@chain) {
    if ($flag{'--fork-session'}) { push @unwritten, $o->{line} }
    next if $o->{type} eq 'attachment';
    $hangs = 1 if $o->{type} eq 'assistant' && !defined $o->{message}{model};
    push @history, { role => $o->{type}, blocks => blocks($o->{message}), uuid => $o->{uuid} };
    $known{$o->{uuid}} = 1;
  }
  if (@history && $history[-1]{role} eq 'user') {
    push @history, { role => 'assistant', blocks => [{ type => 'text', text => 'No response requested.' }] };
  }
}

sub lost {
  print STDERR "$_[0]\n";
  print qq({"type":"result","subtype":"error_during_execution","is_error":true,"num_turns":0,"errors":[)
      . quoted($_[0]) . "]}\n";
  exit 1;
}

sub blocks {
  my $content = shift->{content};
  my @all = ref $content ? @$content : ({ type => 'text', text => $content });
  for my $b (@all) {
    next unless $b->{type} eq 'tool_result';
    my $c = $b->{content};
    $b->{text} = ref $c ? join("\n", map { $_->{text} // '' } @$c) : $c // '';
  }
  return [grep { $_->{type} ne 'text' || length $_->{text} } @all];
}

# As the stub's conversations describe themselves.
sub lines {
  return map {
    my $role = $_->{role};
    map {
      my $type = $_->{type};
      $type eq 'text' ? "$role: $_->{text}"
          : $type eq 'tool_use' ? "$role calls $_->{name} " . ($_->{'input.raw'} // '{}')
          : $type eq 'tool_result' ? $role . ($_->{is_error} ? ' error: ' : ' result: ') . $_->{text}
          : "$role $type"
    } @{ $_->{blocks} }
  } @history;
}

my $fileOpen;

sub store {
  my ($line) = @_;
  push @unwritten, $line;
  if (!$fileOpen) {
    my $at = '';
    for my $part (split m{/}, $folder) { $at .= "$part/"; mkdir $at unless -d $at }
    open $fileOpen, '>>', $transcript or fatal("cannot write $transcript: $!");
  }
  syswrite $fileOpen, join '', map { "$_\n" } @unwritten;
  @unwritten = ();
}

sub remember {
  my ($role, $blocks, $uuid, $contentRaw) = @_;
  my $id = $role eq 'assistant' ? '"id":' . quoted('msg_' . uuid()) . ',"model":' . quoted($model) . ',' : '';
  my ($sec, $min, $hour, $day, $month, $year) = gmtime;
  my $time = sprintf '%04d-%02d-%02dT%02d:%02d:%02d.000Z', $year + 1900, $month + 1, $day, $hour, $min, $sec;
  store(qq({"parentUuid":) . quoted($leaf) . qq(,"isSidechain":false,"type":"$role","message":{"role":"$role",$id)
      . qq("content":$contentRaw},"uuid":"$uuid","timestamp":"$time","sessionId":"$session"}));
  $leaf = $uuid;
  push @history, { role => $role, blocks => $blocks, uuid => $uuid };
}

# --------------------------------------------------------------------------------------------- lines in and out
my ($in, $eof, @queue, %answers, $cancelled, $replaced, $running, $bound) = ('', 0);
my (%settings, $initialized, $toolGroup, $out);
$out = '';
binmode STDIN; binmode STDOUT; binmode STDERR;
$SIG{PIPE} = 'IGNORE';
$SIG{INT} = sub { endTool(); exit 0 };
$SIG{TERM} = sub { endTool() if $NEWER; exit 143 };

sub flush {
  while (length $out) {
    my $n = syswrite STDOUT, $out;
    if (!defined $n) { next if $!{EINTR}; exit 1 }
    substr $out, 0, $n, '';
  }
}

sub out { $out .= "$_[0]\n"; flush() if !$bound || length $out > 65_536 }

sub sleepFor { select undef, undef, undef, $_[0] }

# Takes in what comes within so many seconds (undef: until something comes) and obeys the control requests in it.
sub listen_for {
  my ($seconds) = @_;
  if ($eof) { sleepFor($seconds // 3600); return }
  my $ready = '';
  vec($ready, 0, 1) = 1;
  my $n = select $ready, undef, undef, $seconds;
  return if $n <= 0;
  my $got = sysread STDIN, $in, 1 << 20, length $in;
  if (!$got) { return if !defined $got && $!{EINTR}; $eof = 1; return }
  return if index($in, "\n", length($in) - $got) < 0;
  my @lines = split /\n/, $in, -1;
  $in = pop @lines;
  take($_) for @lines;
}

sub take {
  my ($line) = @_;
  return unless $line =~ /\S/;
  my $o = eval { parse($line) };
  if (!defined $o) {
    print STDERR "Error parsing streaming input line: " . substr($line, 0, 200) . ": SyntaxError\n";
    exit 1;
  }
  return unless ref $o eq 'HASH';
  my $type = $o->{type} || '';
  if ($type eq 'control_request') { control($o->{request_id}, $o->{request}) }
  elsif ($type eq 'control_response') { $answers{ $o->{response}{request_id} } = $o->{response} }
  elsif ($type eq 'user') {
    my $m = $o->{message};
    if (ref $m ne 'HASH') { print STDERR "Error parsing streaming input line: no message\n"; exit 1 }
    if ($m->{role} ne 'user') { print STDERR "Error: Expected message role 'user', got '$m->{role}'\n"; exit 1 }
    if (($o->{priority} || '') eq 'now') { $replaced = 1 if $running; unshift @queue, $o }
    else { push @queue, $o }
  } elsif ($type eq 'assistant') {
    # Overtakes a user line that is still being worked on, as it does in the real one.
    push @history, { role => 'assistant', blocks => blocks($o->{message}) };
    $leaf = undef;
  }
}

sub control {
  my ($id, $r) = @_;
  my $what = $r->{subtype} || '';
  my $answer;
  if ($what eq 'initialize') {
    $initialized++ or %settings = %$r;
    my $system = ref $settings{systemPrompt} ? join "\n", @{ $settings{systemPrompt} } : $settings{systemPrompt} // '';
    $settings{system} = $system;
    exit 3 if $system =~ /#start-exit/;
    if ($system =~ /#start-silent/) { sleepFor(3600) while 1 }
    sleepFor($1 / 1000) if $system =~ /#start-slow (\d+)/;
    $answer = '{"commands":[],"agents":[],"output_style":"default","available_output_styles":["default"],"models":['
        . '{"value":"default","resolvedModel":"claude-opus-4-8[1m]","displayName":"Default","description":"d"},'
        . '{"value":"sonnet","resolvedModel":"claude-sonnet-5","displayName":"Sonnet","description":"s"},'
        . '{"value":"haiku","resolvedModel":"claude-haiku-4-5-20251001","displayName":"Haiku","description":"h"}],'
        . qq("account":{"tokenSource":"none","apiKeySource":"ANTHROPIC_API_KEY"},"pid":$$});
  } elsif ($what eq 'interrupt') {
    return if $running && $running->{deaf};
    $cancelled = 1 if $running;
    $answer = $NEWER ? '{"still_queued":[]}' : undef;
    out(qq({"type":"control_response","response":{"subtype":"success","request_id":") . $id . '"'
        . ($answer ? ",\"response\":$answer" : '') . '}}');
    return;
  } elsif ($what eq 'get_binary_version') { $answer = qq({"version":"$VERSION","buildTime":"2026-01-01"}) }
  elsif ($what eq 'get_context_usage' && $NEWER) { $answer = '{"categories":[]}' }
  elsif ($what eq 'mcp_set_servers') { $answer = '{"added":["client"],"removed":[],"errors":{}}' }
  elsif ($what =~ /^(?:apply_flag_settings|set_model|set_permission_mode|set_max_thinking_tokens|get_settings)$/) {
    $answer = '{}';
  } else {
    out(qq({"type":"control_response","response":{"subtype":"error","request_id":"$id","error":)
        . quoted("Unsupported control request subtype: $what") . '}}');
    return;
  }
  out(qq({"type":"control_response","response":{"subtype":"success","request_id":"$id","response":$answer}}));
}

my $asked = 0;

# A control request of ours; its answer. Dies with the turn.
sub ask {
  my ($request) = @_;
  my $id = "fake-$$-" . $asked++;
  out(qq({"type":"control_request","request_id":"$id","request":$request}));
  while (!$answers{$id}) { pause(0.05); die "EOF\n" if $eof }
  return delete $answers{$id};
}

# ------------------------------------------------------------------------------------------------------- turns
my ($messages, $cost, $turns) = (0, 0, 0);

# Waits; ends the turn when it has been interrupted or replaced.
sub pause {
  my ($seconds) = @_;
  flush();
  my $left = $seconds;
  while (1) {
    die "STOPPED\n" if $cancelled || $replaced;
    my $before = now();
    listen_for($left);
    $left -= now() - $before;
    last if $left <= 0;
  }
  die "STOPPED\n" if $cancelled || $replaced;
}

my $clock;

sub now {
  $clock //= do { require Time::HiRes; 1 };
  return Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC());
}

sub event {
  my ($event, $more) = @_;
  out(qq({"type":"stream_event","event":$event,"session_id":"$session","parent_tool_use_id":null,"uuid":")
      . uuid() . '"' . ($NEWER ? qq(,"api_message_id":"$running->{id}") : '') . ($more // '') . '}');
}

sub messageBegins {
  my $t = $running;
  $t->{id} = sprintf 'msg_%d_%d', $$, ++$messages;
  $t->{index} = -1;
  $t->{open} = '';
  $t->{blocks} = [];
  $t->{words} = 0;
  $t->{said} = '';
  out(qq({"type":"system","subtype":"status","status":"requesting","uuid":") . uuid() . qq(","session_id":"$session"}));
  if ($RECORD) {
    open my $file, '>>', $RECORD or fatal("cannot write $RECORD");
    syswrite $file, qq({"session":"$session","pid":$$,"model":) . quoted($model) . ',"system":'
        . quoted($settings{system} // '') . ',"lines":[' . join(',', map { quoted($_) } lines()) . "]}\n";
  }
  event(qq({"type":"message_start","message":{"id":"$t->{id}","type":"message","role":"assistant","model":)
      . quoted($model) . ',"content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":100,'
      . '"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}', ',"ttft_ms":1');
}

sub openBlock {
  my ($kind, $start) = @_;
  my $t = $running;
  return if $t->{open} eq $kind && $kind ne 'tool_use';
  closeBlock();
  $t->{index}++;
  $t->{open} = $kind;
  $t->{text} = '';
  event(qq({"type":"content_block_start","index":$t->{index},"content_block":$start}));
}

sub delta {
  my ($text) = @_;
  openBlock('text', '{"type":"text","text":""}');
  $running->{text} .= $text;
  $running->{words}++;
  event(qq({"type":"content_block_delta","index":$running->{index},"delta":{"type":"text_delta","text":)
      . quoted($text) . '}}');
}

sub assistantLine {
  my ($raw, $more) = @_;
  $running->{line} = uuid();
  out(qq({"type":"assistant","message":{"id":"$running->{id}","type":"message","role":"assistant","model":)
      . quoted($model) . qq(,"content":[$raw],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":100,)
      . qq("output_tokens":1}},"parent_tool_use_id":null,"session_id":"$session","uuid":"$running->{line}",)
      . '"request_id":"req_1"' . ($more // '') . '}');
}

sub closeBlock {
  my ($aborted) = @_;
  my $t = $running;
  return unless $t->{open};
  my ($block, $raw);
  if ($t->{open} eq 'text') {
    $block = { type => 'text', text => $t->{text} };
    $raw = '{"type":"text","text":' . quoted($t->{text}) . '}';
    $t->{said} .= $t->{text};
  } elsif ($t->{open} eq 'thinking') {
    $raw = '{"type":"thinking","thinking":' . quoted($t->{text}) . ',"signature":"sig"}';
  } else {
    $block = { type => 'tool_use', id => $t->{toolId}, name => $t->{toolName}, 'input.raw' => $t->{text} };
    $raw = qq({"type":"tool_use","id":"$t->{toolId}","name":) . quoted($t->{toolName}) . qq(,"input":$t->{text}});
  }
  assistantLine($raw, $aborted && $NEWER ? ',"aborted":true' : '');
  if ($block) { push @{ $t->{blocks} }, $block; push @{ $t->{raws} }, $raw }
  event(qq({"type":"content_block_stop","index":$t->{index}})) unless $aborted;
  $t->{open} = '';
}

sub rememberAnswer {
  my $t = $running;
  remember('assistant', $t->{blocks}, $t->{line} || uuid(), '[' . join(',', @{ $t->{raws} }) . ']') if $t->{raws};
  $t->{raws} = undef;
  $t->{blocks} = [];
}

sub messageEnds {
  my ($reason) = @_;
  closeBlock();
  event(qq({"type":"message_delta","delta":{"stop_reason":"$reason","stop_sequence":null},"usage":{"output_tokens":)
      . ($running->{words} || 1) . '}}');
  event('{"type":"message_stop"}');
  rememberAnswer();
}

sub result {
  my (%r) = @_;
  my %with = (subtype => '"success"', is_error => 'false', api_error_status => 'null', result => '""',
      stop_reason => '"end_turn"', terminal_reason => '"completed"', more => '', %r);
  $cost += 0.001 unless $r{free};
  my $words = $running ? $running->{words} || 0 : 0;
  my $usage = $r{free} ? '{"input_tokens":0,"output_tokens":0}'
      : qq({"input_tokens":100,"output_tokens":$words,"cache_creation_input_tokens":0,"cache_read_input_tokens":0});
  my $n = $r{free} ? 0 : 1;
  my $head = qq("subtype":$with{subtype},"is_error":$with{is_error},"api_error_status":$with{api_error_status},);
  my $tail = qq("duration_ms":1,"duration_api_ms":1,"num_turns":$n,"stop_reason":$with{stop_reason},)
      . qq("session_id":"$session","total_cost_usd":$cost,"usage":$usage,"modelUsage":{},"permission_denials":[],)
      . qq("terminal_reason":$with{terminal_reason},"result":$with{result}$with{more},"uuid":") . uuid() . '"';
  out($NEWER ? qq({$tail,"type":"result",$head"result_index":0})
      : qq({"type":"result",$head$tail}));
}

sub init {
  out(qq({"type":"system","subtype":"init","cwd":) . quoted($cwd) . qq(,"session_id":"$session","tools":["Bash"],)
      . '"mcp_servers":[],"model":' . quoted($model) . ',"permissionMode":"acceptEdits","slash_commands":[],'
      . qq("apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"$VERSION","output_style":"default","agents":[],)
      . '"skills":[],"plugins":[],"uuid":"' . uuid() . '"}');
}

sub interruptedLine {
  my $uuid = uuid();
  my $content = '[{"type":"text","text":"[Request interrupted by user]"}]';
  out(qq({"type":"user","message":{"role":"user","content":$content},"parent_tool_use_id":null,"session_id":)
      . qq("$session","uuid":"$uuid"}));
  remember('user', [{ type => 'text', text => '[Request interrupted by user]' }], $uuid, $content);
}

sub endTool {
  if ($toolGroup) { kill 'KILL', -$toolGroup; waitpid $toolGroup, 0; $toolGroup = undef }
}

# One user line and its answer.
sub turn {
  my ($line) = @_;
  my $uuid = $line->{uuid} || uuid();
  return if $known{$uuid}++;
  my $blocks = blocks($line->{message});
  my $history = exists $line->{shouldQuery} && !$line->{shouldQuery};
  if ($history) {
    init();
    # What comes meanwhile is taken in before this line is.
    my $until = now() + $HISTORY_LINE_S;
    while ((my $left = $until - now()) > 0) { listen_for($left) }
    push @history, { role => 'user', blocks => $blocks, uuid => $uuid };
    result(free => 1);
    return;
  }
  my ($text) = map { $_->{text} } grep { $_->{type} eq 'text' } reverse @$blocks;
  my @steps = $text ? grep { /^#[a-z]/ } split /\n/, $text : ();
  if ($hangs || grep { /^#silent/ } @steps) { sleepFor(3600) while 1 }
  if (my ($now) = grep { /^#exit-now/ } @steps) { exit($now =~ /(\d+)/ ? $1 : 1) }
  if (my ($file) = map { /^#exit-once (\S+)/ } @steps) { exitOnce($file) }
  @steps = grep { !/^#exit-once/ } @steps;
  my $content = $line->{message}{'content.raw'};
  $content = '[{"type":"text","text":' . $content . '}]' unless $content =~ /^\s*\[/;
  remember('user', $blocks, $uuid, $content);
  exit 1 if grep { /^#exit-stored/ } @steps;
  $running = { said => '', after => [] };
  ($cancelled, $replaced) = (0, 0);
  if ($line->{uuid} && $NEWER) {
    out(qq({"type":"command_lifecycle","command_uuid":"$uuid","state":"started","uuid":") . uuid() . '"}');
  }
  init();
  my $ended = eval { answer($blocks, $text, @steps); 1 };
  stopped($@) unless $ended;
  flush();
  my @after = @{ $running->{after} };
  $running = undef;
  $turns++;
  $_->() for @after;
}

sub exitOnce {
  my ($file) = @_;
  return if -e $file;
  open my $made, '>', $file or fatal("cannot write $file: $!");
  exit 1;
}

sub stopped {
  my ($why) = @_;
  if ($why eq "EOF\n") { exit 0 }
  if ($why ne "STOPPED\n") { print STDERR "fake claude: $why"; exit 70 }
  $bound = 0;
  endTool();
  my $begun = $running->{id};
  closeBlock(1) if $begun;
  rememberAnswer() if $begun;
  if ($replaced) {
    result(terminal_reason => '"aborted_streaming"', result => quoted($running->{said}));
    return;
  }
  interruptedLine();
  if ($NEWER && $begun) {
    event('{"type":"content_block_stop","index":0}');
    event('{"type":"message_delta","delta":{"stop_reason":null,"stop_sequence":null},"usage":{"output_tokens":1}}');
    event('{"type":"message_stop"}', qq(,"abandoned_blocks":{"api_message_id":"$running->{id}","from_block_index":1}));
  }
  result(subtype => '"error_during_execution"', is_error => 'true', stop_reason => 'null',
      terminal_reason => '"aborted_streaming"', more => ',"errors":["[ede_diagnostic] result_type=user"]');
}

sub answer {
  my ($blocks, $text, @steps) = @_;
  my @results = grep { $_->{type} eq 'tool_result' } @$blocks;
  my $reason = 'end_turn';
  my @calls;
  if (my ($error) = grep { /^#error/ } @steps) { apiError($error); return }
  messageBegins();
  if (!@steps) {
    words(@results ? 'Tool results: ' . join(' | ', map { $_->{text} } @results) : "You said: $text");
  }
  for my $step (@steps) {
    my ($what, $rest) = $step =~ /^#([a-z-]+)\s*(.*)$/s or next;
    my @w = split ' ', $rest;
    if ($what eq 'say') { words($rest =~ /^"/ ? parse($rest) : $rest) }
    elsif ($what eq 'echo') { delta('[' . join(',', map { quoted($_) } lines()) . ']') }
    elsif ($what eq 'tokens') { for my $i (0 .. $w[0] - 1) { pace($i, $w[1]); delta("w$i ") } }
    elsif ($what eq 'timestamp') {
      for my $i (0 .. $w[0] - 1) { pace($i, $w[1]); delta(sprintf '%.0f ', now() * 1e9) }
    } elsif ($what eq 'fullspeed' || $what eq 'burst') { fullspeed($w[0], $w[1] || 1) }
    elsif ($what eq 'think') { think($w[0], $w[1]) }
    elsif ($what eq 'pause') { pause($w[0] / 1000) }
    elsif ($what eq 'bash') { bash($rest) }
    elsif ($what eq 'call') { push @calls, call($rest) }
    elsif ($what eq 'max-tokens') { $reason = 'max_tokens' }
    elsif ($what eq 'refuse') { $reason = 'refusal' }
    else { fault($what, $rest, @w) }
  }
  if (@calls) { deferred(@calls); return }
  if ($reason eq 'max_tokens') {
    messageEnds($reason);
    pause(5);
    result(is_error => 'true', result => '"API Error: exceeded the output token maximum"');
    return;
  }
  messageEnds($reason);
  if ($reason eq 'refusal') {
    result(is_error => 'true', stop_reason => '"refusal"', result => '"API Error: unable to respond"');
  } else {
    result(result => quoted($running->{said}));
  }
}

sub pace { my ($i, $ms) = @_; if ($i && $ms) { pause($ms / 1000) } elsif ($i % 64 == 63) { pause(0) } }

sub words {
  my $n = 0;
  for my $word ($_[0] =~ /\s*\S+|\s+\z/g) { pace($n++, 0); delta($word) }
}

sub fullspeed {
  my ($n, $bytes) = @_;
  openBlock('text', '{"type":"text","text":""}');
  my $piece = substr('0123456789abcdef' x (1 + $bytes / 16), 0, $bytes);
  $bound = 1;
  for my $i (1 .. $n) {
    delta($piece);
    pause(0) if $i % 256 == 0;
  }
  $bound = 0;
  flush();
}

sub think {
  my ($n, $ms) = @_;
  openBlock('thinking', '{"type":"thinking","thinking":"","signature":""}');
  for my $i (0 .. $n - 1) {
    pace($i, $ms);
    out(qq({"type":"system","subtype":"thinking_tokens","estimated_tokens":1,"uuid":") . uuid()
        . qq(","session_id":"$session"}));
    $running->{text} .= "th$i ";
    event(qq({"type":"content_block_delta","index":$running->{index},"delta":{"type":"thinking_delta","thinking":)
        . quoted("th$i ") . '}}');
  }
}

sub toolUse {
  my ($id, $name, $input) = @_;
  my $t = $running;
  openBlock('tool_use', qq({"type":"tool_use","id":"$id","name":) . quoted($name) . ',"input":{}}');
  ($t->{toolId}, $t->{toolName}, $t->{text}) = ($id, $name, $input);
  for my $part ('', $input =~ /.{1,16}/gs) {
    event(qq({"type":"content_block_delta","index":$t->{index},"delta":{"type":"input_json_delta","partial_json":)
        . quoted($part) . '}}');
  }
  closeBlock();
}

sub bash {
  my ($command) = @_;
  my $id = sprintf 'toolu_%d_%d', $$, ++$messages;
  toolUse($id, 'Bash', '{"command":' . quoted($command) . '}');
  messageEnds('tool_use');
  pipe my $read, my $write;
  $toolGroup = fork // die "fork: $!\n";
  if (!$toolGroup) {
    setpgrp 0, 0;
    close $read;
    open STDIN, '<', '/dev/null';
    open STDOUT, '>&', $write;
    open STDERR, '>&', $write;
    exec '/bin/sh', '-c', $command;
  }
  close $write;
  my $said = '';
  while (1) {
    pause(0.01);
    my $ready = '';
    vec($ready, fileno $read, 1) = 1;
    next unless select $ready, undef, undef, 0;
    sysread($read, $said, 65_536, length $said) or last;
  }
  waitpid $toolGroup, 0;
  $toolGroup = undef;
  chomp $said;
  my $uuid = uuid();
  my $content = qq([{"tool_use_id":"$id","type":"tool_result","content":) . quoted($said) . ',"is_error":false}]';
  out(qq({"type":"user","message":{"role":"user","content":$content},"parent_tool_use_id":null,"session_id":)
      . qq("$session","uuid":"$uuid"}));
  remember('user', [{ type => 'tool_result', tool_use_id => $id, text => $said }], $uuid, $content);
  messageBegins();
}

sub call {
  my ($rest) = @_;
  my $id = $rest =~ s/^id=(\S+)\s*// ? $1 : sprintf 'toolu_%d_%d', $$, ++$messages;
  my ($name, $input) = $rest =~ /^(\S+)\s*(.*)$/s;
  toolUse($id, "mcp__client__$name", $input || '{}');
  return { id => $id, name => "mcp__client__$name", input => $input || '{}' };
}

sub deferred {
  my (@calls) = @_;
  messageEnds('tool_use');
  for my $c (@calls) {
    ask(qq({"subtype":"hook_callback","callback_id":"client-tool","input":{"session_id":"$session",)
        . qq("hook_event_name":"PreToolUse","tool_name":) . quoted($c->{name}) . qq(,"tool_input":$c->{input},)
        . qq("tool_use_id":"$c->{id}"},"tool_use_id":"$c->{id}"}));
  }
  result(stop_reason => '"tool_deferred"', terminal_reason => '"tool_deferred"',
      more => qq(,"deferred_tool_use":{"id":"$calls[-1]{id}","name":) . quoted($calls[-1]{name}) . ',"input":{}}');
}

sub apiError {
  my ($step) = @_;
  my ($status, $text) = $step =~ /^#error\s+(\d+)\s*(.*)$/;
  my $kind = $status == 429 ? 'rate_limit' : $status == 401 || $status == 403 ? 'authentication_failed'
      : $status == 529 ? 'overloaded' : $status >= 500 ? 'server_error' : 'unknown';
  my $said = quoted("API Error: $status " . ($text || 'scripted error'));
  $running->{id} = 'msg_error';
  my $uuid = uuid();
  out(qq({"type":"assistant","message":{"id":"msg_error","model":"<synthetic>","role":"assistant","content":[)
      . qq({"type":"text","text":$said}]},"parent_tool_use_id":null,"session_id":"$session","uuid":"$uuid",)
      . qq("error":"$kind"}));
  result(is_error => 'true', api_error_status => $status, result => $said, stop_reason => '"stop_sequence"');
}

sub fault {
  my ($what, $rest, @w) = @_;
  my $code = $w[0] // 1;
  if ($what eq 'die') { flush(); exit $code }
  if ($what eq 'exit-midline') {
    delta('half ');
    $out .= '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_de';
    flush();
    exit 1;
  }
  if ($what eq 'exit-after-result') { push @{ $running->{after} }, sub { exit $code } }
  elsif ($what eq 'garbage') { out('(node:1) Warning: something { that is [ no JSON') }
  elsif ($what eq 'binary') { out(join '', map { chr($_ * 37 & 0xff) } grep { ($_ * 37 & 0xff) != 10 } 0 .. 4095) }
  elsif ($what eq 'torn') {
    out('{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","te');
  } elsif ($what eq 'longline') { longline($w[0]) }
  elsif ($what eq 'hold') { $held = 'x' x $w[0] }
  elsif ($what eq 'halfsurrogate') { delta($_) for "a\xed\xa0\xbd", "\xed\xb8\x80b", "c\xed\xa0\xbd", 'd' }
  elsif ($what eq 'rawsurrogate') {
    openBlock('text', '{"type":"text","text":""}');
    event(qq({"type":"content_block_delta","index":$running->{index},"delta":{"type":"text_delta","text":)
        . qq("x\xed\xa0\xbdy"}}));
  } elsif ($what eq 'stderr-flood') {
    my $line = ('e' x 1023) . "\n";
    for (my $left = $w[0]; $left > 0; $left -= 1024) { syswrite STDERR, $line }
  } elsif ($what eq 'no-result' || $what eq 'hang') {
    if ($what eq 'no-result') { messageEnds('end_turn'); $running->{said} = '' }
    pause(3600) while 1;
  } elsif ($what eq 'ignore-interrupt') {
    $running->{deaf} = 1;
    push @{ $running->{after} }, sub { sleepFor(3600) while 1 };
  } elsif ($what eq 'ignore-sigint') { $SIG{INT} = 'IGNORE' }
  elsif ($what eq 'grandchild') {
    my $pid = fork // die "fork: $!\n";
    if (!$pid) { setpgrp 0, 0; exec 'sleep', $w[0] || 600 }
    delta("grandchild $pid ");
  } elsif ($what eq 'stop-reading-stdin') { push @{ $running->{after} }, sub { sleepFor(3600) while 1 } }
  elsif ($what eq 'unknown') {
    out('{"type":"next_year","subtype":"surprise","deep":{"er":[1,2,{"x":null}]}}');
    out(qq({"uuid":"u","subtype":"novelty","type":"system","session_id":"$session"}));
    event('{"type":"content_block_delta","index":0,"delta":{"type":"novel_delta","novel":"x"}}');
  } else { die "a directive that nobody knows: #$what\n" }
}

sub longline {
  my ($bytes) = @_;
  openBlock('text', '{"type":"text","text":""}');
  $out .= qq({"type":"stream_event","event":{"type":"content_block_delta","index":$running->{index},"delta":)
      . '{"type":"text_delta","text":"';
  my $piece = '0123456789abcdef' x 65_536;
  for (my $left = $bytes; $left > 0; $left -= length $piece) {
    $out .= $left < length $piece ? substr $piece, 0, $left : $piece;
    flush();
  }
  out(qq("}},"session_id":"$session","parent_tool_use_id":null,"uuid":") . uuid() . '"}');
}

# -------------------------------------------------------------------------------------------------------- life
sleepFor($ENV{CLAUDE_CODE_FAKE_START_MS} / 1000) if $ENV{CLAUDE_CODE_FAKE_START_MS};
while (1) {
  if (@queue) { turn(shift @queue); next }
  exit 0 if $eof;
  listen_for(undef);
}
