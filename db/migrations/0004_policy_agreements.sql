ALTER TABLE "policies" ADD COLUMN "proposed_by_name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "policies" ADD COLUMN "reason" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "policies" ADD COLUMN "agreements" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "policies" ADD COLUMN "rejected_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "policies" ADD COLUMN "rejected_by_name" text;--> statement-breakpoint
ALTER TABLE "policies" ADD COLUMN "reject_reason" text;--> statement-breakpoint
CREATE UNIQUE INDEX "policies_open" ON "policies" USING btree ("kind") WHERE effective_at is null and rejected_at is null;