import Optidash from "optidash";

console.log(JSON.stringify({
  isClass: new Optidash("your-api-key") instanceof Optidash,
  members: Object.keys(Optidash).sort(),
  size: Optidash.outputSize({ resize: { width: 100, height: 75 } }, 4000, 3000),
}));
