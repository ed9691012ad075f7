ALTER TABLE "leverage_approvals" ADD COLUMN "proposed_by" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "leverage_approvals" ADD COLUMN "proposed_by_name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "leverage_approvals" ADD COLUMN "proposed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "leverage_approvals" ADD COLUMN "ended_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "leverage_approvals" ADD COLUMN "ended_by_name" text;--> statement-breakpoint
ALTER TABLE "leverage_approvals" ADD COLUMN "ended_why" text;--> statement-breakpoint
ALTER TABLE "breach_actions" ADD COLUMN "released_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "breach_episodes" ADD COLUMN "accepted_ceiling" text;