-- The place of a migration of another branch: nothing changes here.
SELECT 1;
