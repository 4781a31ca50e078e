// The tables of channels and messages.
#include "delivery/delivery.h"

namespace glasshouse::delivery {

std::vector<db::Migration> Outbox::migrations() {
  return {{"delivery/1-start",
           "CREATE TABLE delivery_channels (id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, "
           "enabled BIGINT "
           "NOT NULL, parts TEXT NOT NULL, quiet_from_min BIGINT NOT NULL, quiet_until_min BIGINT NOT NULL, "
           "days BIGINT "
           "NOT NULL, cooldown_s BIGINT NOT NULL, camera_ids TEXT NOT NULL, states TEXT NOT NULL, made_by "
           "TEXT NOT NULL,"
           " made_at BIGINT NOT NULL, secret TEXT NOT NULL);\n"
           "CREATE TABLE deliveries (id TEXT PRIMARY KEY, channel_id TEXT NOT NULL REFERENCES "
           "delivery_channels(id), "
           "alert_id TEXT NOT NULL, alert_state TEXT NOT NULL, camera_id TEXT NOT NULL, hotlist TEXT NOT "
           "NULL, body TEXT "
           "NOT NULL, state TEXT NOT NULL, made_at BIGINT NOT NULL, next_at BIGINT NOT NULL, done_at BIGINT "
           "NOT NULL, "
           "attempts BIGINT NOT NULL, status BIGINT NOT NULL, sentence TEXT NOT NULL,"
           " CHECK (state IN ('waiting', 'delivered', 'dead', 'quiet')));\n"
           "CREATE INDEX deliveries_due ON deliveries (state, next_at);\n"
           "CREATE INDEX deliveries_by_channel ON deliveries (channel_id, id);\n"
           "CREATE INDEX deliveries_by_alert ON deliveries (channel_id, alert_id);\n"},
          {"delivery/2-kinds",
           "ALTER TABLE delivery_channels ADD COLUMN kind TEXT NOT NULL DEFAULT 'webhook';\n"},
          {"delivery/3-ways",
           "ALTER TABLE delivery_channels ADD COLUMN user_name TEXT NOT NULL DEFAULT '';\n"
           "ALTER TABLE delivery_channels ADD COLUMN topic TEXT NOT NULL DEFAULT '';\n"
           "ALTER TABLE delivery_channels ADD COLUMN mail_from TEXT NOT NULL DEFAULT '';\n"
           "ALTER TABLE delivery_channels ADD COLUMN mail_to TEXT NOT NULL DEFAULT '';\n"},
          {"delivery/4-browsers",
           "ALTER TABLE delivery_channels ADD COLUMN owner TEXT NOT NULL DEFAULT '';\n"
           "ALTER TABLE delivery_channels ADD COLUMN ended_at BIGINT NOT NULL DEFAULT 0;\n"
           "CREATE INDEX delivery_channels_by_owner ON delivery_channels (owner);\n"
           "CREATE TABLE delivery_push_key (id BIGINT PRIMARY KEY, public_key TEXT NOT NULL, secret TEXT NOT "
           "NULL, CHECK (id = 1));\n"}};
}

}  // namespace glasshouse::delivery
