ALTER TABLE "instruments" ALTER COLUMN "lot" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "instruments" ADD COLUMN "source" text DEFAULT 'registered' NOT NULL;