CREATE TABLE "cash_flows" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"amount" numeric(28, 8) NOT NULL,
	"effective_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"is_another" boolean NOT NULL,
	"content_hash" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_by_name" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approvals" jsonb NOT NULL,
	"applied_at" timestamp (3) with time zone,
	"rejected_at" timestamp (3) with time zone,
	"rejected_by_name" text,
	"rejected_why" text
);
--> statement-breakpoint
CREATE INDEX "cash_flows_portfolio" ON "cash_flows" USING btree ("portfolio_id","effective_at");