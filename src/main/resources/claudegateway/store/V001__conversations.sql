-- Times are epoch milliseconds, metadata and content are JSON texts, costs are US dollars.
-- owner: the name of the API key that made the row; '' = made without keys, visible to everybody.

CREATE TABLE project (
  number          INTEGER PRIMARY KEY,          -- order of creation within one millisecond
  id              TEXT    NOT NULL UNIQUE,
  owner           TEXT    NOT NULL,
  name            TEXT    NOT NULL,
  description     TEXT    NOT NULL,
  path            TEXT    NOT NULL,
  made_by_gateway INTEGER NOT NULL,             -- only such a folder may be removed with its project
  language        TEXT,
  framework       TEXT,
  metadata        TEXT    NOT NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
);

CREATE TABLE session (
  number          INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  project_id      TEXT    NOT NULL,             -- may name no project row: unknown ids are accepted
  owner           TEXT    NOT NULL,
  title           TEXT    NOT NULL,
  model           TEXT    NOT NULL,
  system_prompt   TEXT,
  origin          TEXT    NOT NULL CHECK (origin IN ('named', 'history')),
  metadata        TEXT    NOT NULL,
  transcript      TEXT    NOT NULL CHECK (transcript IN ('none', 'whole', 'partial')),
  transcript_mark TEXT,
  parent_id       TEXT,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
);
-- Both end in the row number: a page, newest first, is read off the index without sorting.
CREATE INDEX session_newest ON session (owner, origin, created_at);
CREATE INDEX session_newest_of_project ON session (project_id, owner, origin, created_at);
CREATE INDEX session_stale ON session (updated_at) WHERE origin = 'history';

CREATE TABLE turn (
  number                INTEGER PRIMARY KEY,
  id                    TEXT    NOT NULL UNIQUE,
  session_id            TEXT    NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  seq                   INTEGER NOT NULL,
  state                 TEXT    NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'interrupted')),
  model                 TEXT    NOT NULL,
  lineage               BLOB,
  answered              BLOB,                   -- the same with the answers
  inherited             INTEGER NOT NULL,       -- copied or brought along; it was not paid for here
  user_uuid             TEXT,
  last_uuid             TEXT,
  finish_reason         TEXT,
  error_code            TEXT,
  error_message         TEXT,
  started_at            INTEGER NOT NULL,
  first_token_ms        INTEGER,
  ended_at              INTEGER,
  input_tokens          INTEGER NOT NULL DEFAULT 0,
  output_tokens         INTEGER NOT NULL DEFAULT 0,
  cache_read_tokens     INTEGER NOT NULL DEFAULT 0,
  cache_creation_tokens INTEGER NOT NULL DEFAULT 0,
  reasoning_tokens      INTEGER NOT NULL DEFAULT 0,
  cost                  REAL    NOT NULL DEFAULT 0,
  UNIQUE (session_id, seq)
);
CREATE INDEX turn_lineage ON turn (lineage, started_at) WHERE lineage IS NOT NULL;
CREATE INDEX turn_running ON turn (session_id) WHERE state = 'running';
CREATE INDEX turn_started ON turn (started_at);

CREATE TABLE message (
  id         INTEGER PRIMARY KEY,
  session_id TEXT    NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  turn_id    TEXT    NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  seq        INTEGER NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('user', 'assistant', 'tool')),
  content    TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (session_id, seq)
);
CREATE INDEX message_turn ON message (turn_id);

CREATE TABLE open_call (
  tool_call_id TEXT NOT NULL,
  session_id   TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  turn_id      TEXT NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  PRIMARY KEY (tool_call_id, session_id)
);
CREATE INDEX open_call_session ON open_call (session_id);
CREATE INDEX open_call_turn ON open_call (turn_id);

CREATE TABLE turn_chunk (
  turn_id  TEXT    NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  bytes    BLOB    NOT NULL,
  PRIMARY KEY (turn_id, position)
);

CREATE TABLE child (
  pid          INTEGER NOT NULL,
  start_time   INTEGER NOT NULL,
  session_uuid TEXT    NOT NULL,
  started_at   INTEGER NOT NULL,
  PRIMARY KEY (pid, session_uuid)
);

-- What deleted sessions have used: deleting a conversation does not make it free.
CREATE TABLE past_usage (
  day                   INTEGER NOT NULL,       -- epoch day, UTC
  owner                 TEXT    NOT NULL,
  project_id            TEXT    NOT NULL,
  model                 TEXT    NOT NULL,
  sessions              INTEGER NOT NULL,       -- each counted once, where its last turn is
  turns                 INTEGER NOT NULL,
  input_tokens          INTEGER NOT NULL,
  output_tokens         INTEGER NOT NULL,
  cache_read_tokens     INTEGER NOT NULL,
  cache_creation_tokens INTEGER NOT NULL,
  reasoning_tokens      INTEGER NOT NULL,
  cost                  REAL    NOT NULL,
  PRIMARY KEY (day, owner, project_id, model)
);
