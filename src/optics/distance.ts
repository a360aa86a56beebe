/** How far a frame is out of focus, either way: |z| in DOF units (λ/NA²), and the interval that holds it in 68 % of cases. */
export interface Distance {
  readonly dof: number;
  readonly low: number;
  readonly high: number;
}
