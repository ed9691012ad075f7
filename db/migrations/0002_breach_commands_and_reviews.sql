ALTER TABLE "breach_actions" ADD COLUMN "command_ids" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "trading_latches" ADD COLUMN "corrected_data" text;--> statement-breakpoint
ALTER TABLE "trading_latches" ADD COLUMN "review_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "trading_latches" ADD COLUMN "reviewed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "trading_latches" ADD COLUMN "reviewed_by" text;--> statement-breakpoint
ALTER TABLE "trading_latches" ADD COLUMN "reviewed_by_name" text;--> statement-breakpoint
ALTER TABLE "trading_latches" ADD COLUMN "review_note" text;--> statement-breakpoint
UPDATE "breach_actions" SET "command_ids" = jsonb_build_array("command_id") WHERE "command_id" IS NOT NULL;
