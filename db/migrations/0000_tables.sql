CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"fingerprint" text NOT NULL,
	"group_key" text NOT NULL,
	"severity" text NOT NULL,
	"state" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"portfolio_id" uuid,
	"strategy_id" uuid,
	"launch_id" uuid,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"link" text NOT NULL,
	"facts" jsonb NOT NULL,
	"is_test" boolean DEFAULT false NOT NULL,
	"inhibited_by" uuid,
	"fired_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"seen_count" integer DEFAULT 1 NOT NULL,
	"level" integer DEFAULT 0 NOT NULL,
	"next_escalation_at" timestamp (3) with time zone,
	"next_repeat_at" timestamp (3) with time zone,
	"acknowledged_by" text,
	"acknowledged_by_name" text,
	"acknowledged_at" timestamp (3) with time zone,
	"acknowledged_until" timestamp (3) with time zone,
	"silenced_until" timestamp (3) with time zone,
	"silenced_by" text,
	"silence_reason" text,
	"resolved_at" timestamp (3) with time zone,
	"resolved_why" text,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "alerts_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"config" jsonb NOT NULL,
	"secret_box" text,
	"previous_secret_box" text,
	"previous_secret_until" timestamp (3) with time zone,
	"level" integer DEFAULT 0 NOT NULL,
	"minimum_severity" text DEFAULT 'low' NOT NULL,
	"portfolio_id" uuid,
	"person_id" uuid,
	"enabled" boolean NOT NULL,
	"disabled_why" text,
	"proven_at" timestamp (3) with time zone,
	"proven_alert_id" uuid,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"channel_id" uuid NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"dedupe_id" text NOT NULL,
	"priority" integer NOT NULL,
	"message" jsonb NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"fence" bigint DEFAULT 0 NOT NULL,
	"queued_at" timestamp (3) with time zone NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	"read_at" timestamp (3) with time zone,
	"last_error" text,
	"last_status" integer,
	"token_hash" text,
	"token_used_at" timestamp (3) with time zone,
	CONSTRAINT "deliveries_dedupeId_unique" UNIQUE("dedupe_id")
);
--> statement-breakpoint
CREATE TABLE "event_head" (
	"id" integer PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"id" uuid NOT NULL,
	"type" text NOT NULL,
	"actor" text NOT NULL,
	"actor_name" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"portfolio_id" uuid,
	"launch_id" uuid,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"content" text NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "events_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "head_exports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	"exported_at" timestamp (3) with time zone NOT NULL,
	"target" text NOT NULL,
	"ok" boolean NOT NULL,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "reaction_cursors" (
	"name" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "telemetry_seals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"portfolio_id" uuid,
	"minute" timestamp (3) with time zone NOT NULL,
	"count" integer NOT NULL,
	"merkle_root" text NOT NULL,
	"event_id" uuid NOT NULL,
	"sealed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "telemetry_seals_minute" UNIQUE NULLS NOT DISTINCT("portfolio_id","kind","minute")
);
--> statement-breakpoint
CREATE TABLE "leverage_approvals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"maximum_allocation" numeric(18, 12) NOT NULL,
	"reason" text NOT NULL,
	"approvals" jsonb NOT NULL,
	"effective_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"strategy_id" uuid NOT NULL,
	"client_order_id" text NOT NULL,
	"instrument" text NOT NULL,
	"side" text NOT NULL,
	"quantity" numeric(38, 18) NOT NULL,
	"price" numeric(38, 18) NOT NULL,
	"amount" numeric(28, 8) NOT NULL,
	"is_reducing" boolean NOT NULL,
	"state" text NOT NULL,
	"answer" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"released_at" timestamp (3) with time zone,
	"released_why" text
);
--> statement-breakpoint
CREATE TABLE "strategy_capital" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"strategy_id" uuid NOT NULL,
	"launch_id" uuid NOT NULL,
	"allocation" numeric(18, 12) NOT NULL,
	"tranche" integer NOT NULL,
	"equity" numeric(28, 8) NOT NULL,
	"capital" numeric(28, 8) NOT NULL,
	"scale" numeric(18, 12) NOT NULL,
	"effective_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"confirmed_at" timestamp (3) with time zone,
	"confirmed_capital" numeric(28, 8)
);
--> statement-breakpoint
CREATE TABLE "attestations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"item_id" uuid NOT NULL,
	"launch_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"person_name" text NOT NULL,
	"role" text NOT NULL,
	"statement" text NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"content_hash" text NOT NULL,
	"content" jsonb NOT NULL,
	"factor" text NOT NULL,
	"signed_at" timestamp (3) with time zone NOT NULL,
	"voided_at" timestamp (3) with time zone,
	"void_reason" text
);
--> statement-breakpoint
CREATE TABLE "checklist_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"launch_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"section" text NOT NULL,
	"text" text NOT NULL,
	"owner_role" text NOT NULL,
	"is_critical" boolean NOT NULL,
	"evidence_kinds" text[] NOT NULL,
	"probes" jsonb NOT NULL,
	"due_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone,
	"failed_why" text,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "checklist_items_number" UNIQUE("launch_id","number")
);
--> statement-breakpoint
CREATE TABLE "checklist_templates" (
	"version" integer PRIMARY KEY NOT NULL,
	"items" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evidence_attachments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"item_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"body" text NOT NULL,
	"file_id" uuid,
	"backtest_id" uuid,
	"digest" text NOT NULL,
	"author_id" uuid NOT NULL,
	"author_name" text NOT NULL,
	"attached_at" timestamp (3) with time zone NOT NULL,
	"removed_at" timestamp (3) with time zone,
	"removed_by" text
);
--> statement-breakpoint
CREATE TABLE "probe_results" (
	"id" uuid PRIMARY KEY NOT NULL,
	"item_id" uuid NOT NULL,
	"launch_id" uuid NOT NULL,
	"probe" text NOT NULL,
	"probe_hash" text NOT NULL,
	"verdict" text NOT NULL,
	"summary" text NOT NULL,
	"measurement" jsonb NOT NULL,
	"checked_at" timestamp (3) with time zone NOT NULL,
	"fresh_until" timestamp (3) with time zone NOT NULL,
	"is_newest" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "waivers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"item_id" uuid NOT NULL,
	"launch_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"content_hash" text NOT NULL,
	"exempt_probes" text[] NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_by_name" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approvals" jsonb NOT NULL,
	"granted_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"rejected_at" timestamp (3) with time zone,
	"rejected_why" text,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" text,
	"revoked_why" text,
	"expired_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "emergencies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"scope" text NOT NULL,
	"scope_key" text NOT NULL,
	"portfolio_id" uuid,
	"strategy_id" uuid,
	"severity" text NOT NULL,
	"reason" text NOT NULL,
	"is_drill" boolean DEFAULT false NOT NULL,
	"keep_reduce_only_stops" boolean DEFAULT false NOT NULL,
	"state" text NOT NULL,
	"epoch" bigint NOT NULL,
	"started_by" text NOT NULL,
	"started_by_name" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"at_start" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"superseded_by" uuid,
	"resume_checklist" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"resume_approvals" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"resumed_at" timestamp (3) with time zone,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"fence" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "emergencies_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "emergency_steps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"emergency_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"action" text NOT NULL,
	"engine_id" uuid NOT NULL,
	"engine_name" text NOT NULL,
	"role" text NOT NULL,
	"timeout_ms" integer NOT NULL,
	"command_key" text NOT NULL,
	"state" text NOT NULL,
	"started_at" timestamp (3) with time zone,
	"deadline_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"answered_at" timestamp (3) with time zone,
	"verified_at" timestamp (3) with time zone,
	"epoch" bigint NOT NULL,
	"epoch_resent" boolean DEFAULT false NOT NULL,
	"error" text,
	"remaining" text,
	CONSTRAINT "emergency_steps_commandKey_unique" UNIQUE("command_key"),
	CONSTRAINT "emergency_steps_cell" UNIQUE("emergency_id","action","engine_id")
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"title" text NOT NULL,
	"emergency_id" uuid,
	"alert_id" uuid,
	"portfolio_id" uuid,
	"severity" text NOT NULL,
	"state" text NOT NULL,
	"commander_id" uuid,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"opened_by" text NOT NULL,
	"review" text DEFAULT '' NOT NULL,
	"follow_ups" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"closed_by" text,
	CONSTRAINT "incidents_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "timeline_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"text" text NOT NULL,
	"pinned" boolean DEFAULT false NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"author_id" uuid NOT NULL,
	"author_name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "engine_commands" (
	"id" uuid PRIMARY KEY NOT NULL,
	"engine_id" uuid NOT NULL,
	"idempotency_key" text NOT NULL,
	"type" text NOT NULL,
	"scope" jsonb NOT NULL,
	"params" jsonb NOT NULL,
	"cause" jsonb NOT NULL,
	"epoch" bigint NOT NULL,
	"epoch_resent" boolean DEFAULT false NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"fence" bigint DEFAULT 0 NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"answered_at" timestamp (3) with time zone,
	"answer" jsonb,
	"error" text,
	CONSTRAINT "engine_commands_idempotencyKey_unique" UNIQUE("idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "engines" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"name" text NOT NULL,
	"adapter" text NOT NULL,
	"url" text NOT NULL,
	"roles" text[] NOT NULL,
	"secret_box" text NOT NULL,
	"previous_secret_box" text,
	"previous_secret_until" timestamp (3) with time zone,
	"is_drill_target" boolean DEFAULT false NOT NULL,
	"epoch" bigint DEFAULT 0 NOT NULL,
	"issued_epoch" bigint DEFAULT 0 NOT NULL,
	"last_heartbeat_at" timestamp (3) with time zone,
	"last_report" jsonb,
	"last_answer_ms" integer,
	"last_error" text,
	"last_error_at" timestamp (3) with time zone,
	"created_by" text NOT NULL,
	"created_by_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"approved_by" text,
	"approved_by_name" text,
	"approved_at" timestamp (3) with time zone,
	"disabled_at" timestamp (3) with time zone,
	CONSTRAINT "engines_name" UNIQUE("portfolio_id","name")
);
--> statement-breakpoint
CREATE TABLE "seen_messages" (
	"id" text PRIMARY KEY NOT NULL,
	"engine_id" uuid NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "backtest_approvals" (
	"backtest_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"name" text NOT NULL,
	"roles" text[] NOT NULL,
	"digest" text NOT NULL,
	"approved_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "backtest_approvals_backtest_id_person_id_pk" PRIMARY KEY("backtest_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "backtests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"file_id" uuid NOT NULL,
	"release_id" uuid NOT NULL,
	"strategy_id" uuid NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"format" text NOT NULL,
	"name_in_file" text NOT NULL,
	"choice" jsonb NOT NULL,
	"guess" jsonb,
	"statistics" jsonb NOT NULL,
	"series" jsonb NOT NULL,
	"warnings" jsonb NOT NULL,
	"digest" text NOT NULL,
	"imported_by" text NOT NULL,
	"imported_by_name" text NOT NULL,
	"imported_at" timestamp (3) with time zone NOT NULL,
	"superseded_at" timestamp (3) with time zone,
	"proposed_by" text,
	"proposed_at" timestamp (3) with time zone,
	"rejected_at" timestamp (3) with time zone,
	"rejection_reason" text,
	"approved_at" timestamp (3) with time zone,
	"retired_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "file_chunks" (
	"file_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"content" "bytea" NOT NULL,
	CONSTRAINT "file_chunks_file_id_ordinal_pk" PRIMARY KEY("file_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid,
	"name" text NOT NULL,
	"content_type" text NOT NULL,
	"size" integer NOT NULL,
	"sha256" text NOT NULL,
	"uploaded_by" text NOT NULL,
	"uploaded_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"kind" text PRIMARY KEY NOT NULL,
	"value" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"bucket" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"lease_until" timestamp (3) with time zone NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"outcome" text NOT NULL,
	"result" jsonb,
	"error" text,
	CONSTRAINT "job_runs_bucket" UNIQUE("name","bucket")
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"version" integer NOT NULL,
	"content" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"proposed_by" text NOT NULL,
	"approved_by" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"effective_at" timestamp (3) with time zone,
	CONSTRAINT "policies_version" UNIQUE("kind","version")
);
--> statement-breakpoint
CREATE TABLE "processes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"version" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"heartbeat_at" timestamp (3) with time zone NOT NULL,
	"stopped_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"secret_hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"portfolio_id" uuid,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"last_used_from" text,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" text,
	"replaces_id" uuid,
	"approved_by" text,
	"approved_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_prefix_unique" UNIQUE("prefix")
);
--> statement-breakpoint
CREATE TABLE "factor_throttles" (
	"key" text PRIMARY KEY NOT NULL,
	"recent" jsonb NOT NULL,
	"last_try_at" timestamp (3) with time zone NOT NULL,
	"consecutive" integer NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"hard_locked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "grant_proposals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"portfolio_id" uuid,
	"change" text NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approvals" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"outcome" text
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"id" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"name" text NOT NULL,
	"public_key" text NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"totp_secret_box" text,
	"totp_last_step" bigint DEFAULT 0 NOT NULL,
	"enrolled_at" timestamp (3) with time zone,
	"disabled_at" timestamp (3) with time zone,
	"phone" text,
	"is_demo" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "people_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"voided_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "role_grants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"portfolio_id" uuid,
	"granted_by" text NOT NULL,
	"granted_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" text
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"previous_token_hash" text,
	"rotated_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_input_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"revoked_why" text,
	"factors" text[] NOT NULL,
	"user_agent" text DEFAULT '' NOT NULL,
	"ip" text DEFAULT '' NOT NULL,
	CONSTRAINT "sessions_token" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "sign_in_tickets" (
	"hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"factors" text[] NOT NULL,
	"secret_box" text,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "step_ups" (
	"hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"content_hash" text NOT NULL,
	"factor" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "webauthn_challenges" (
	"challenge" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"person_id" uuid,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"launch_id" uuid NOT NULL,
	"gate" text NOT NULL,
	"person_id" uuid NOT NULL,
	"person_name" text NOT NULL,
	"role" text NOT NULL,
	"decision" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"content_hash" text NOT NULL,
	"content" jsonb NOT NULL,
	"factor" text NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"voided_at" timestamp (3) with time zone,
	"void_reason" text
);
--> statement-breakpoint
CREATE TABLE "break_glass_reviews" (
	"id" uuid PRIMARY KEY NOT NULL,
	"launch_id" uuid NOT NULL,
	"gate" text NOT NULL,
	"reason" text NOT NULL,
	"blockers" jsonb NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"closed_by" uuid,
	"closed_at" timestamp (3) with time zone,
	"finding" text,
	CONSTRAINT "break_glass_reviews_gate" UNIQUE("launch_id","gate","at")
);
--> statement-breakpoint
CREATE TABLE "launch_phases" (
	"launch_id" uuid NOT NULL,
	"phase" integer NOT NULL,
	"state" text NOT NULL,
	"started_at" timestamp (3) with time zone,
	"started_by" text,
	"finished_at" timestamp (3) with time zone,
	"finished_by" text,
	CONSTRAINT "launch_phases_launch_id_phase_pk" PRIMARY KEY("launch_id","phase")
);
--> statement-breakpoint
CREATE TABLE "launches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"strategy_id" uuid NOT NULL,
	"release_id" uuid NOT NULL,
	"allocation" numeric(18, 12) NOT NULL,
	"status" text NOT NULL,
	"phase" integer NOT NULL,
	"tranche" integer DEFAULT 0 NOT NULL,
	"hold_reason" text,
	"held_at" timestamp (3) with time zone,
	"automatic_promotion_held" boolean DEFAULT true NOT NULL,
	"template_version" integer NOT NULL,
	"opened_by" uuid NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "launches_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "runbook_steps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"launch_id" uuid NOT NULL,
	"phase" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"tranche" integer,
	"title" text NOT NULL,
	"command" text NOT NULL,
	"rollback_command" text DEFAULT '' NOT NULL,
	"removed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "soak_buckets" (
	"launch_id" uuid NOT NULL,
	"bucket" timestamp (3) with time zone NOT NULL,
	"verdict" text NOT NULL,
	"reasons" jsonb NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "soak_buckets_launch_id_bucket_pk" PRIMARY KEY("launch_id","bucket")
);
--> statement-breakpoint
CREATE TABLE "step_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"step_id" uuid NOT NULL,
	"launch_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"command" text NOT NULL,
	"exit_code" integer NOT NULL,
	"output" text NOT NULL,
	"duration_ms" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"recorded_by" text NOT NULL,
	"recorded_by_name" text NOT NULL,
	"idempotency_key" text,
	CONSTRAINT "step_runs_idempotencyKey_unique" UNIQUE("idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "tranche_stays" (
	"id" uuid PRIMARY KEY NOT NULL,
	"launch_id" uuid NOT NULL,
	"tranche" integer NOT NULL,
	"capital" numeric(28, 8) NOT NULL,
	"equity_at_entry" numeric(28, 8) NOT NULL,
	"command_id" uuid,
	"entered_at" timestamp (3) with time zone NOT NULL,
	"entered_by" text NOT NULL,
	"trades_at_entry" integer DEFAULT 0 NOT NULL,
	"soak_restarted_at" timestamp (3) with time zone,
	"left_at" timestamp (3) with time zone,
	"left_why" text,
	"break_glass" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"code" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "accounts_code" UNIQUE("portfolio_id","code")
);
--> statement-breakpoint
CREATE TABLE "calendars" (
	"id" text PRIMARY KEY NOT NULL,
	"time_zone" text NOT NULL,
	"weekly" jsonb NOT NULL,
	"exceptions" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "daily_closes" (
	"portfolio_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"day" text NOT NULL,
	"equity" numeric(28, 8) NOT NULL,
	"net_flow" numeric(28, 8) NOT NULL,
	"unit_value" numeric(38, 18),
	"max_unit_value" numeric(38, 18),
	"simple_return" numeric(18, 12),
	"checkpoint" jsonb,
	"source" text NOT NULL,
	"closed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "daily_closes_portfolio_id_subject_day_pk" PRIMARY KEY("portfolio_id","subject","day")
);
--> statement-breakpoint
CREATE TABLE "portfolios" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"base_currency" text NOT NULL,
	"time_zone" text NOT NULL,
	"calendar_id" text NOT NULL,
	"session_start" text DEFAULT '00:00' NOT NULL,
	"snapshot_interval_ms" integer DEFAULT 5000 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "portfolios_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"account_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"late" boolean DEFAULT false NOT NULL,
	"suspect" boolean DEFAULT false NOT NULL,
	"equity" numeric(28, 8) NOT NULL,
	"cash" numeric(28, 8),
	"net_flow" numeric(28, 8) NOT NULL,
	"flows" jsonb NOT NULL,
	"positions" jsonb NOT NULL,
	"strategies" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"recorded_by" text NOT NULL,
	"portfolio_equity" numeric(28, 8),
	"portfolio_cash" numeric(28, 8),
	"unit_value" numeric(38, 18),
	"mark_unit_value" numeric(38, 18),
	"cumulative_flow" numeric(28, 8),
	"cumulative_withdrawals" numeric(28, 8),
	CONSTRAINT "snapshots_account_id_sequence_as_of_pk" PRIMARY KEY("account_id","sequence","as_of")
) PARTITION BY RANGE ("as_of");
--> statement-breakpoint
CREATE TABLE "baselines" (
	"id" uuid PRIMARY KEY NOT NULL,
	"launch_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"taken_in" text NOT NULL,
	"spans" jsonb NOT NULL,
	"series" jsonb NOT NULL,
	"expectation" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_by_name" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approvals" jsonb NOT NULL,
	"approved_at" timestamp (3) with time zone,
	"rejected_at" timestamp (3) with time zone,
	"rejected_why" text,
	CONSTRAINT "baselines_version" UNIQUE("launch_id","version")
);
--> statement-breakpoint
CREATE TABLE "deviation_reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"launch_id" uuid NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"tranche" integer NOT NULL,
	"window_hours" integer NOT NULL,
	"window_start" timestamp (3) with time zone NOT NULL,
	"window_end" timestamp (3) with time zone NOT NULL,
	"baseline_id" uuid,
	"status" text NOT NULL,
	"comparisons" jsonb NOT NULL,
	"findings" jsonb NOT NULL,
	"recommendations" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"audit_head" text NOT NULL,
	"is_complete" boolean NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "deviation_reports_number_unique" UNIQUE("number"),
	CONSTRAINT "deviation_reports_window" UNIQUE("launch_id","tranche","window_hours","window_start")
);
--> statement-breakpoint
CREATE TABLE "metric_minutes" (
	"portfolio_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"metric" text NOT NULL,
	"minute" timestamp (3) with time zone NOT NULL,
	"value" double precision NOT NULL,
	"samples" integer NOT NULL,
	"source" text NOT NULL,
	CONSTRAINT "metric_minutes_portfolio_id_subject_metric_minute_pk" PRIMARY KEY("portfolio_id","subject","metric","minute")
) PARTITION BY RANGE ("minute");
--> statement-breakpoint
CREATE TABLE "breach_actions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"episode_id" uuid NOT NULL,
	"rung" text NOT NULL,
	"type" text NOT NULL,
	"priority" text NOT NULL,
	"reason" text NOT NULL,
	"params" jsonb NOT NULL,
	"state" text NOT NULL,
	"automatic" boolean NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"decided_by" text,
	"decided_by_name" text,
	"decided_at" timestamp (3) with time zone,
	"decision_reason" text,
	"command_id" uuid,
	"settled_at" timestamp (3) with time zone,
	"error" text,
	CONSTRAINT "breach_actions_rung" UNIQUE("episode_id","rung")
);
--> statement-breakpoint
CREATE TABLE "breach_episodes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"strategy_id" uuid,
	"key" text NOT NULL,
	"measure" text NOT NULL,
	"scope" text NOT NULL,
	"subject" text NOT NULL,
	"tier" text NOT NULL,
	"state" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"opened_value" text,
	"worst_value" text,
	"current_value" text,
	"limit_value" text NOT NULL,
	"limit_set_id" uuid,
	"severity" text NOT NULL,
	"priority" text NOT NULL,
	"sentence" text NOT NULL,
	"alert_id" uuid,
	"late" boolean DEFAULT false NOT NULL,
	"acknowledged_by" text,
	"acknowledged_by_name" text,
	"acknowledged_at" timestamp (3) with time zone,
	"cleared_at" timestamp (3) with time zone,
	"accepted_until" timestamp (3) with time zone,
	"reopened" integer DEFAULT 0 NOT NULL,
	"deciding_samples" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "breach_episodes_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "correlations" (
	"portfolio_id" uuid NOT NULL,
	"day" text NOT NULL,
	"left" uuid NOT NULL,
	"right" uuid NOT NULL,
	"r" numeric(18, 12),
	"overlap" integer NOT NULL,
	"spliced_days" integer DEFAULT 0 NOT NULL,
	"computed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "correlations_portfolio_id_day_left_right_pk" PRIMARY KEY("portfolio_id","day","left","right")
);
--> statement-breakpoint
CREATE TABLE "limit_sets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"scope" text NOT NULL,
	"scope_id" text NOT NULL,
	"portfolio_id" uuid,
	"version" integer NOT NULL,
	"limits" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"change" text NOT NULL,
	"reason" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_by_name" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approvals" jsonb NOT NULL,
	"effective_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"rejected_at" timestamp (3) with time zone,
	"rejected_by" text,
	"rejected_why" text,
	CONSTRAINT "limit_sets_version" UNIQUE("scope","scope_id","version")
);
--> statement-breakpoint
CREATE TABLE "limit_states" (
	"portfolio_id" uuid NOT NULL,
	"key" text NOT NULL,
	"measure" text NOT NULL,
	"scope" text NOT NULL,
	"strategy_id" uuid,
	"subject" text NOT NULL,
	"verdict" text NOT NULL,
	"value" text,
	"amount" numeric(28, 8),
	"note" text,
	"soft" text NOT NULL,
	"hard" text NOT NULL,
	"direction" text NOT NULL,
	"utilisation" text,
	"headroom" text,
	"headroom_amount" numeric(28, 8),
	"sentence" text NOT NULL,
	"as_of" timestamp (3) with time zone,
	"evaluated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "limit_states_portfolio_id_key_pk" PRIMARY KEY("portfolio_id","key")
);
--> statement-breakpoint
CREATE TABLE "risk_states" (
	"portfolio_id" uuid PRIMARY KEY NOT NULL,
	"state" jsonb NOT NULL,
	"as_of" timestamp (3) with time zone,
	"equity" numeric(28, 8),
	"cash" numeric(28, 8),
	"unit_value" numeric(38, 18),
	"high_water" numeric(28, 8),
	"high_water_at" timestamp (3) with time zone,
	"drawdown_fraction" numeric(18, 12),
	"session_day" text,
	"session_start" timestamp (3) with time zone,
	"session_end" timestamp (3) with time zone,
	"session_start_equity" numeric(28, 8),
	"session_estimated" boolean DEFAULT false NOT NULL,
	"day_pnl" numeric(28, 8),
	"suspect" boolean DEFAULT false NOT NULL,
	"fresh_within" integer DEFAULT 0 NOT NULL,
	"unknown_since" timestamp (3) with time zone,
	"checked_at" timestamp (3) with time zone,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "releases" (
	"id" uuid PRIMARY KEY NOT NULL,
	"strategy_id" uuid NOT NULL,
	"version" text NOT NULL,
	"artefact_digest" text NOT NULL,
	"config_digest" text NOT NULL,
	"digest" text NOT NULL,
	"notes" text DEFAULT '' NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "releases_version" UNIQUE("strategy_id","version")
);
--> statement-breakpoint
CREATE TABLE "strategies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"owner_id" uuid NOT NULL,
	"engine_id" uuid,
	"engine_ref" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "strategies_name" UNIQUE("portfolio_id","name"),
	CONSTRAINT "strategies_ref" UNIQUE("portfolio_id","engine_ref")
);
--> statement-breakpoint
CREATE TABLE "trading_epochs" (
	"scope_key" text PRIMARY KEY NOT NULL,
	"epoch" bigint NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trading_latches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"scope" text NOT NULL,
	"portfolio_id" uuid,
	"strategy_id" uuid,
	"state" text NOT NULL,
	"cause" jsonb NOT NULL,
	"reason" text NOT NULL,
	"exit_rule" text NOT NULL,
	"earliest_exit_at" timestamp (3) with time zone,
	"opened_by" text NOT NULL,
	"opened_by_name" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"exit_approvals" jsonb NOT NULL,
	"lifted_at" timestamp (3) with time zone,
	"lifted_by" text,
	"lift_reason" text,
	"false_alarm" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attestations" ADD CONSTRAINT "attestations_item_id_checklist_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."checklist_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_attachments" ADD CONSTRAINT "evidence_attachments_item_id_checklist_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."checklist_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waivers" ADD CONSTRAINT "waivers_item_id_checklist_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."checklist_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "emergency_steps" ADD CONSTRAINT "emergency_steps_emergency_id_emergencies_id_fk" FOREIGN KEY ("emergency_id") REFERENCES "public"."emergencies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engine_commands" ADD CONSTRAINT "engine_commands_engine_id_engines_id_fk" FOREIGN KEY ("engine_id") REFERENCES "public"."engines"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backtest_approvals" ADD CONSTRAINT "backtest_approvals_backtest_id_backtests_id_fk" FOREIGN KEY ("backtest_id") REFERENCES "public"."backtests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backtests" ADD CONSTRAINT "backtests_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_chunks" ADD CONSTRAINT "file_chunks_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grant_proposals" ADD CONSTRAINT "grant_proposals_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_grants" ADD CONSTRAINT "role_grants_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_tickets" ADD CONSTRAINT "sign_in_tickets_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_launch_id_launches_id_fk" FOREIGN KEY ("launch_id") REFERENCES "public"."launches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "launch_phases" ADD CONSTRAINT "launch_phases_launch_id_launches_id_fk" FOREIGN KEY ("launch_id") REFERENCES "public"."launches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "launches" ADD CONSTRAINT "launches_release_id_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."releases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runbook_steps" ADD CONSTRAINT "runbook_steps_launch_id_launches_id_fk" FOREIGN KEY ("launch_id") REFERENCES "public"."launches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "step_runs" ADD CONSTRAINT "step_runs_step_id_runbook_steps_id_fk" FOREIGN KEY ("step_id") REFERENCES "public"."runbook_steps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tranche_stays" ADD CONSTRAINT "tranche_stays_launch_id_launches_id_fk" FOREIGN KEY ("launch_id") REFERENCES "public"."launches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_portfolio_id_portfolios_id_fk" FOREIGN KEY ("portfolio_id") REFERENCES "public"."portfolios"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portfolios" ADD CONSTRAINT "portfolios_calendar_id_calendars_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "breach_actions" ADD CONSTRAINT "breach_actions_episode_id_breach_episodes_id_fk" FOREIGN KEY ("episode_id") REFERENCES "public"."breach_episodes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_strategy_id_strategies_id_fk" FOREIGN KEY ("strategy_id") REFERENCES "public"."strategies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "strategies" ADD CONSTRAINT "strategies_portfolio_id_portfolios_id_fk" FOREIGN KEY ("portfolio_id") REFERENCES "public"."portfolios"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open_fingerprint" ON "alerts" USING btree ("fingerprint") WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX "alerts_state" ON "alerts" USING btree ("state","fired_at");--> statement-breakpoint
CREATE INDEX "alerts_portfolio" ON "alerts" USING btree ("portfolio_id","fired_at");--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("state","next_attempt_at","priority");--> statement-breakpoint
CREATE INDEX "deliveries_subject" ON "deliveries" USING btree ("subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "events_subject" ON "events" USING btree ("subject_kind","subject_id","seq");--> statement-breakpoint
CREATE INDEX "events_launch" ON "events" USING btree ("launch_id","seq");--> statement-breakpoint
CREATE INDEX "events_portfolio" ON "events" USING btree ("portfolio_id","seq");--> statement-breakpoint
CREATE INDEX "events_type" ON "events" USING btree ("type","seq");--> statement-breakpoint
CREATE INDEX "reservations_open" ON "reservations" USING btree ("portfolio_id","state");--> statement-breakpoint
CREATE INDEX "reservations_order" ON "reservations" USING btree ("strategy_id","client_order_id");--> statement-breakpoint
CREATE INDEX "strategy_capital_strategy" ON "strategy_capital" USING btree ("strategy_id","ended_at");--> statement-breakpoint
CREATE INDEX "attestations_item" ON "attestations" USING btree ("item_id");--> statement-breakpoint
CREATE INDEX "evidence_attachments_item" ON "evidence_attachments" USING btree ("item_id");--> statement-breakpoint
CREATE INDEX "probe_results_item" ON "probe_results" USING btree ("item_id","probe","checked_at");--> statement-breakpoint
CREATE INDEX "waivers_item" ON "waivers" USING btree ("item_id");--> statement-breakpoint
CREATE UNIQUE INDEX "emergencies_open_scope" ON "emergencies" USING btree ("scope_key","is_drill") WHERE resumed_at is null;--> statement-breakpoint
CREATE INDEX "emergencies_started" ON "emergencies" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "emergency_steps_emergency" ON "emergency_steps" USING btree ("emergency_id","ordinal");--> statement-breakpoint
CREATE INDEX "timeline_notes_subject" ON "timeline_notes" USING btree ("subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "engine_commands_due" ON "engine_commands" USING btree ("state","next_attempt_at");--> statement-breakpoint
CREATE INDEX "engine_commands_engine" ON "engine_commands" USING btree ("engine_id","created_at");--> statement-breakpoint
CREATE INDEX "backtests_release" ON "backtests" USING btree ("release_id");--> statement-breakpoint
CREATE INDEX "backtests_strategy" ON "backtests" USING btree ("strategy_id");--> statement-breakpoint
CREATE UNIQUE INDEX "backtests_expectation" ON "backtests" USING btree ("release_id") WHERE approved_at is not null and retired_at is null;--> statement-breakpoint
CREATE INDEX "passkeys_person" ON "passkeys" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "recovery_codes_person" ON "recovery_codes" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "role_grants_person" ON "role_grants" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "sessions_person" ON "sessions" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "approvals_gate" ON "approvals" USING btree ("launch_id","gate");--> statement-breakpoint
CREATE INDEX "runbook_steps_launch" ON "runbook_steps" USING btree ("launch_id","phase","ordinal");--> statement-breakpoint
CREATE INDEX "step_runs_step" ON "step_runs" USING btree ("step_id","recorded_at");--> statement-breakpoint
CREATE INDEX "tranche_stays_launch" ON "tranche_stays" USING btree ("launch_id","entered_at");--> statement-breakpoint
CREATE INDEX "snapshots_portfolio" ON "snapshots" USING btree ("portfolio_id","as_of");--> statement-breakpoint
CREATE INDEX "snapshots_account" ON "snapshots" USING btree ("account_id","as_of");--> statement-breakpoint
CREATE INDEX "snapshots_received" ON "snapshots" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "deviation_reports_portfolio" ON "deviation_reports" USING btree ("portfolio_id","issued_at");--> statement-breakpoint
CREATE INDEX "breach_episodes_open" ON "breach_episodes" USING btree ("portfolio_id","state");--> statement-breakpoint
CREATE INDEX "breach_episodes_key" ON "breach_episodes" USING btree ("portfolio_id","key","opened_at");--> statement-breakpoint
CREATE UNIQUE INDEX "breach_episodes_running" ON "breach_episodes" USING btree ("portfolio_id","key") WHERE state in ('open', 'acknowledged', 'accepted') and not late;--> statement-breakpoint
CREATE INDEX "releases_strategy" ON "releases" USING btree ("strategy_id");--> statement-breakpoint
CREATE INDEX "trading_latches_open" ON "trading_latches" USING btree ("lifted_at","portfolio_id");