CREATE TABLE "instrument_corrections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"instrument" text NOT NULL,
	"kind" text NOT NULL,
	"change" jsonb NOT NULL,
	"reason" text NOT NULL,
	"content_hash" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_by_name" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approvals" jsonb NOT NULL,
	"applied_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text,
	"ended_by_name" text,
	"ended_why" text
);
--> statement-breakpoint
CREATE INDEX "instrument_corrections_place" ON "instrument_corrections" USING btree ("portfolio_id","instrument","proposed_at");