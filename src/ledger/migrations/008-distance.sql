-- How far a frame is out of focus by its power spectrum: |z| in DOF units (λ/NA²), and the interval that holds it in 68 % of cases; 5.2 stands
-- for "or more". Null where no model told it. The event `finished` has it, too: by that the chain covers it. Not to be confused with the score
-- `defocusDof`, which is told from a reconstruction.
ALTER TABLE frames ADD COLUMN distance_dof REAL CHECK (distance_dof >= 0);
ALTER TABLE frames ADD COLUMN distance_low_dof REAL CHECK (distance_low_dof BETWEEN 0 AND distance_dof);
ALTER TABLE frames ADD COLUMN distance_high_dof REAL CHECK (distance_high_dof >= distance_dof);

CREATE TRIGGER frames_done_distance BEFORE UPDATE OF distance_dof, distance_low_dof, distance_high_dof ON frames
WHEN OLD.state = 'done'
BEGIN SELECT RAISE(ABORT, 'a finished frame does not change'); END;
