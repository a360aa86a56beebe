-- What the power spectrum alone says of a frame: P(defocused), 0 to 1. Null without such an opinion. The event `finished` has it, too: by that
-- the chain covers it.
ALTER TABLE frames ADD COLUMN p_spectrum REAL CHECK (p_spectrum BETWEEN 0 AND 1);

CREATE TRIGGER frames_done_spectrum BEFORE UPDATE OF p_spectrum ON frames
WHEN OLD.state = 'done'
BEGIN SELECT RAISE(ABORT, 'a finished frame does not change'); END;
