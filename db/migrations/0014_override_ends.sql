ALTER TABLE "limit_sets" ADD COLUMN "ended_by_name" text;--> statement-breakpoint
ALTER TABLE "limit_sets" ADD COLUMN "ended_why" text;