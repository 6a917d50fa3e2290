-- A deleted status may be the last one of its participants' conversations.
CREATE INDEX conversations_status ON conversations (last_status_id);
