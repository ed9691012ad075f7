CREATE TABLE "closed_trades" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"strategy_id" uuid NOT NULL,
	"instrument" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone NOT NULL,
	"profit" numeric(28, 8) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_books" (
	"portfolio_id" uuid PRIMARY KEY NOT NULL,
	"totals" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_fills" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"strategy_id" uuid NOT NULL,
	"client_order_id" text NOT NULL,
	"execution_id" text NOT NULL,
	"instrument" text NOT NULL,
	"side" text NOT NULL,
	"quantity" numeric(38, 18) NOT NULL,
	"price" numeric(38, 18) NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "strategy_positions" (
	"strategy_id" uuid NOT NULL,
	"instrument" text NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"quantity" numeric(38, 18) NOT NULL,
	"average_price" numeric(38, 18) NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"realised" numeric(28, 8) DEFAULT '0' NOT NULL,
	CONSTRAINT "strategy_positions_strategy_id_instrument_pk" PRIMARY KEY("strategy_id","instrument")
);
--> statement-breakpoint
CREATE TABLE "exit_permits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"strategy_id" uuid NOT NULL,
	"instrument" text NOT NULL,
	"reason" text NOT NULL,
	"granted_by" text NOT NULL,
	"granted_by_name" text NOT NULL,
	"granted_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "instrument_closes" (
	"portfolio_id" uuid NOT NULL,
	"instrument" text NOT NULL,
	"day" text NOT NULL,
	"close" numeric(38, 18) NOT NULL,
	"volume" numeric(38, 18),
	"source" text NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "instrument_closes_portfolio_id_instrument_day_pk" PRIMARY KEY("portfolio_id","instrument","day")
);
--> statement-breakpoint
CREATE TABLE "instrument_marks" (
	"portfolio_id" uuid NOT NULL,
	"instrument" text NOT NULL,
	"minute" timestamp (3) with time zone NOT NULL,
	"price" numeric(38, 18) NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "instrument_marks_portfolio_id_instrument_minute_pk" PRIMARY KEY("portfolio_id","instrument","minute")
);
--> statement-breakpoint
CREATE TABLE "instruments" (
	"portfolio_id" uuid NOT NULL,
	"instrument" text NOT NULL,
	"lot" numeric(38, 18) NOT NULL,
	"multiplier" numeric(38, 18) NOT NULL,
	"fx" numeric(38, 18) NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "instruments_portfolio_id_instrument_pk" PRIMARY KEY("portfolio_id","instrument")
);
--> statement-breakpoint
CREATE TABLE "sizings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"strategy_id" uuid NOT NULL,
	"release_id" uuid,
	"instrument" text NOT NULL,
	"side" text NOT NULL,
	"kind" text NOT NULL,
	"code" text,
	"size" numeric(28, 8),
	"quantity" numeric(38, 18),
	"binding" text,
	"result" jsonb NOT NULL,
	"reservation_id" uuid,
	"asked_by" text NOT NULL,
	"asked_by_name" text NOT NULL,
	"by_machine" boolean NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "reservations_order";--> statement-breakpoint
ALTER TABLE "reservations" ALTER COLUMN "price" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "reservations" ADD COLUMN "asked_by" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "reservations" ADD COLUMN "submitted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "reservations" ADD COLUMN "filled_quantity" numeric(38, 18) DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "reservations" ADD COLUMN "filled_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "closed_trades_strategy" ON "closed_trades" USING btree ("strategy_id","closed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "order_fills_execution" ON "order_fills" USING btree ("strategy_id","execution_id");--> statement-breakpoint
CREATE INDEX "order_fills_recent" ON "order_fills" USING btree ("strategy_id","received_at");--> statement-breakpoint
CREATE INDEX "exit_permits_strategy" ON "exit_permits" USING btree ("strategy_id","expires_at");--> statement-breakpoint
CREATE INDEX "instrument_marks_minute" ON "instrument_marks" USING btree ("minute");--> statement-breakpoint
CREATE INDEX "sizings_portfolio" ON "sizings" USING btree ("portfolio_id","asked_at");--> statement-breakpoint
CREATE INDEX "reservations_recent" ON "reservations" USING btree ("strategy_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "reservations_order" ON "reservations" USING btree ("strategy_id","client_order_id");