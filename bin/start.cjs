// Apart from zonewise.cjs, because an old Node cannot read import().
import('../dist/main.js');
